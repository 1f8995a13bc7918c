"""What readers are told in Korean: every string, every number, every particle."""

from __future__ import annotations

import ast
import datetime as dt
import io
import json
import re
from collections.abc import Iterator
from gettext import GNUTranslations
from pathlib import Path
from typing import Any, cast

import catalogue
import pytest
from babel.messages.catalog import Message
from building import amount, event, limit, steps, term, toml
from korean import KO, left, names
from rich.cells import cell_len

from factsheet.report import speech
from factsheet.source.load import load
from factsheet.source.translation import fingerprint


def messages(language: str) -> list[Message]:
    return [message for message in catalogue.read(language) if message.id]


def forms(message: Message) -> tuple[list[str], list[str]]:
    """What a message says in English and in its language."""
    said = message.string if isinstance(message.string, tuple) else (message.string,)
    return [message.id] if isinstance(message.id, str) else [*message.id], [*said]


@pytest.mark.parametrize("language", catalogue.languages())
def test_a_catalogue_holds_what_the_program_says_and_nothing_else(language: str) -> None:
    kept = catalogue.po(language).read_bytes()
    assert catalogue.written(catalogue.updated(language)) == kept, "run python tests/catalogue.py"
    assert spoken(catalogue.po(language).with_suffix(".mo").read_bytes()) == spoken(
        catalogue.compiled(catalogue.read(language))
    )


def spoken(compiled: bytes) -> dict[Any, str]:
    """What a compiled catalogue says; its head differs by who compiled it."""
    said: dict[Any, str] = vars(GNUTranslations(io.BytesIO(compiled)))["_catalog"]
    return {key: text for key, text in said.items() if key}


@pytest.mark.parametrize("language", catalogue.languages())
def test_every_string_has_a_translation_with_the_same_places(language: str) -> None:
    for message in messages(language):
        english, said = forms(message)
        assert all(said), message.id
        assert not message.fuzzy, message.id
        for form in said:
            assert slots(form) == set().union(*map(slots, english)), message.id


def slots(template: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", template))


def called(path: Path) -> Iterator[str]:
    """Texts that a module gives to be translated, those within f-strings too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            count = {"_": 1, "N_": 1, "say": 1, "plural": 2}.get(node.func.id, 0)
            for argument in node.args[:count]:
                if isinstance(argument, ast.Constant):
                    yield cast(str, argument.value)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            assert node.func.attr not in ("_", "N_", "plural"), path


def test_extraction_finds_every_text_that_is_given_to_be_translated() -> None:
    """Babel does not look into f-strings."""
    known = {form for each in catalogue.extracted() if each.id for form in forms(each)[0]}
    for path in sorted(catalogue.PACKAGE.glob("*/*.py")):
        if path.parent.name in ("report", "formats", "site"):
            assert set(called(path)) <= known, path


@pytest.mark.parametrize(
    "args",
    [
        ["list"],
        ["list", "--format", "md"],
        ["log"],
        ["log", "--format", "md"],
        ["agenda"],
        ["agenda", "--reviews", "--format", "md"],
        ["report", "--since", "2026-06-01"],
        ["report", "--brief", "--since", "2026-06-01"],
    ],
    ids=" ".join,
)
def test_no_english_is_left_in_lists(run: Any, all_hangul: Path, args: list[str]) -> None:
    result = run(*args, *KO, "-f", all_hangul)
    assert result.exit_code == 0
    # In Markdown a sign that could act is escaped, in an address too.
    said = re.sub(r"\]\(<[^>]*>\)|\\", "", result.stdout).replace("&#46;", ".")
    assert not left(said, names(all_hangul))


def test_no_english_is_left_on_the_page_of_a_term(run: Any, all_hangul: Path) -> None:
    known = names(all_hangul)
    dataset = load(all_hangul.read_text(encoding="utf-8"), today=dt.date(2026, 11, 26)).dataset
    assert dataset is not None
    shown = [each for each in dataset.commitments if each.measure]
    assert len({each.measure.kind for each in shown if each.measure}) >= 4
    for each in shown[:16]:
        page = run("show", each.id, *KO, "-f", all_hangul).stdout
        # A finding has its place, which is a path.
        page = re.sub(r"(?m)^\S+\.toml:\d+: ", "", page)
        assert not left(page, known), each.id


def test_a_list_in_korean_lines_up(run: Any, small: Path) -> None:
    lines = run("list", *KO, "-f", small).stdout.splitlines()
    at = cell_len(lines[0][: lines[0].index("이행 주체")])
    for line, party in zip(lines[1:5], ["한국", "미국·한국", "미국", "미국"], strict=True):
        assert cell_len(line[: line.index(f"  {party} ") + 2]) == at
    assert "250억 달러 중 31.1억 달러" in lines[1]
    assert lines[6:] == [
        "2026. 11. 24. 기준; 자료 2026. 5. 20.까지",
        "한국의 이행 대상 2개: 진행 중 1, 미평가 1",
        "미국의 이행 대상 3개: 이행 완료 1, 미평가 2; 기한 경과 1",
    ]


def test_a_term_in_korean_says_the_code_of_its_status(run: Any, small: Path) -> None:
    page = run("show", "arms", *KO, "-f", small).stdout
    assert "진행 중(in-progress)  2026. 5. 20.부터" in page
    assert "이행 주체:     Republic of Korea(ROK)" in page
    assert "현재값:        31억 1,180만 달러, 자료 2026. 5. 20.까지" in page
    assert "예정 진척률:   10%(2026. 5. 20. 기준, 직선 경로; 문안에는 중간 목표가 없음)" in page
    assert "기록 00000001, 2026. 5. 21. 09:00 UTC 작성" in page
    assert "2026. 5. 20.  진행 중; 31억 1,180만 달러" in page


def test_the_environment_names_the_language_and_the_option_is_stronger(
    run: Any, small: Path
) -> None:
    korean = {"env": {"FACTSHEET_LANG": "ko"}}
    assert run("log", "-f", small, **korean).stdout == run("log", *KO, "-f", small).stdout
    english = run("log", "-f", small).stdout
    assert run("log", "--lang", "en", "-f", small, **korean).stdout == english
    assert "진행 중; 31억 1,180만 달러: A sale was notified." in run("log", *KO, "-f", small).stdout


def test_machines_get_the_words_of_the_data_and_the_keys_and_codes_of_english(
    run: Any, small: Path
) -> None:
    words = small.with_name("commitments.ko.toml")
    said = "무기 250억 달러어치 구매"
    entry = f'title = {{ text = "{said}", of = "{fingerprint("Buy $25 billion of arms")}" }}'
    words.write_text(f"[arms-purchases]\n{entry}\n", encoding="utf-8")
    english, korean = (
        json.loads(run("list", "--format", "json", *args, "-f", small).stdout)["commitments"][0]
        for args in ((), KO)
    )
    assert korean["title"] == said
    same = {key for key in english if english[key] == korean[key]}
    assert {*english} == {*korean}
    assert {"id", "status", "pillar", "owed_by", "value", "unit", "due"} <= same


def test_what_lacks_a_translation_that_fits_is_shown_as_it_is_and_marked(
    run: Any, small: Path
) -> None:
    words = small.with_name("commitments.ko.toml")
    words.write_text(
        '[arms-purchases]\ntitle = { text = "옛것", of = "00000000" }\n', encoding="utf-8"
    )
    page = run("list", *KO, "-f", small).stdout
    assert "Buy $25 billion of arms [en]" in page
    assert "옛것" not in page
    assert "자동차 관세를 15%로  " in page
    words.unlink()
    assert "[en]" not in run("list", *KO, "-f", small).stdout


def test_a_korean_name_in_brackets_makes_no_korean_of_a_sentence(run: Any, small: Path) -> None:
    text = small.read_text(encoding="utf-8")
    text = text.replace("A sale was notified.", "A sale (판매) was notified.")
    text = text.replace('unit = "USD"', 'unit = "aircraft"')
    small.write_text(text, encoding="utf-8")
    asked = run("translate", "--lang", "ko", "-f", small).stdout
    assert "# A sale (판매) was notified." in asked
    assert "# aircraft\n" in asked
    assert "자동차 관세를 15%로" not in asked
    assert "# %" not in asked


@pytest.mark.parametrize("command", [["list"], ["log"], ["show", "arms"]], ids=" ".join)
def test_a_language_in_which_nothing_is_said_is_an_error_that_lists_those_there_are(
    run: Any, small: Path, command: list[str]
) -> None:
    result = run(*command, "--lang", "xx", "-f", small)
    assert result.exit_code == 2
    assert "nothing is said in 'xx': factsheet speaks en or ko" in result.stderr
    small.with_name("commitments.xx.toml").write_text(
        '[arms-purchases]\ntitle = { text = "X", of = "00000000" }\n', encoding="utf-8"
    )
    assert run(*command, "--lang", "xx", "-f", small).exit_code == 0
    assert run(*command, "--lang", "../x", "-f", small).exit_code == 2


def test_the_language_ends_with_the_one_who_chose_it() -> None:
    with speech.use("ko"):
        assert speech.language() == "ko"
        assert speech._("due") == "기한"
        with speech.use("en"):
            assert speech._("due") == "due"
        assert speech.plural("{number} day", "{number} days", 1200) == "1,200일"
    assert speech.language() == "en"
    assert speech.plural("{number} day", "{number} days", 1) == "1 day"


@pytest.mark.parametrize("text", ["", "   "])
def test_a_place_that_waits_to_be_filled_in_is_no_translation(
    run: Any, small: Path, text: str
) -> None:
    run("translate", "--lang", "ko", "-f", small)
    beside = small.with_name("commitments.ko.toml")
    beside.write_text(f'[arms-purchases]\ntitle = {{ text = "{text}", of = "00000000" }}\n')
    assert "arms-purchases.title has no text in ko" in run("validate", small, "--lang", "ko").stdout
    assert "Buy $25 billion of arms" in run("list", "-f", small, "--lang", "ko").stdout


def test_a_cap_on_a_rate_is_not_one_on_money_and_a_floor_is_neither(
    run: Any, tmp_path: Path
) -> None:
    limits: dict[str, dict[str, Any]] = {
        "money": {"unit": "USD", "max": 20_000_000_000},
        "rate": {"unit": "%", "max": 15},
        "troops": {"unit": "troops", "min": 2},
    }
    file = tmp_path / "commitments.toml"
    file.write_text(
        toml(
            *(
                term(name, limit(**bounds), event("2026-01-02", 3))
                for name, bounds in limits.items()
            )
        ),
        encoding="utf-8",
    )
    said = run("list", *KO, "-f", file).stdout
    assert "3달러(한도 200억 달러)" in said
    assert "3%(상한 15%)" in said
    assert "상한의 20%" in said
    assert "3 troops(하한 2 troops)" in said


def test_a_finding_says_which_step_and_which_day(run: Any, tmp_path: Path) -> None:
    file = tmp_path / "commitments.toml"
    plan = steps(draft="2026-02-01", vote="2026-02-01")
    doubt = event("2026-01-02", status="in-progress", disputed=True)
    file.write_text(toml(term("plan", plan, doubt)), encoding="utf-8")
    page = run("show", "plan", *KO, "-f", file, "--as-of", "2026-03-01").stdout
    found = [line.partition(": ")[2] for line in page.splitlines() if ".toml:" in line]
    late = "기한이 지난 단계의 완료 기록이 없음"
    assert f"{late}(Draft, 2026. 2. 1.)" in found
    assert f"{late}(Vote, 2026. 2. 1.)" in found
    assert "출처 간 상충하는 기록이 있음(2026. 1. 2.)" in found


def test_commitments_and_steps_go_by_their_titles(run: Any, tmp_path: Path) -> None:
    file = tmp_path / "commitments.toml"
    file.write_text(
        toml(
            term("one", amount(10), title="하나"),
            term("two", amount(10), event("2026-01-03", 3), title="둘"),
            term("all", {"kind": "sum"}, parts=["one", "two"], title="모두"),
            term("plan", steps(draft="2026-02-01"), event("2026-01-02", reached=["draft"])),
        ),
        encoding="utf-8",
    )
    page = run("show", "all", *KO, "-f", file).stdout
    assert "구성 항목:     ‘하나’, ‘둘’" in page
    assert "자료 없는 항목: ‘하나’" in " ".join(page.split(" "))
    assert "parts:       one, two" in run("show", "all", "-f", file).stdout
    draft = 'title = { text = "초안", of = "' + fingerprint("Draft") + '" }'
    (tmp_path / "commitments.ko.toml").write_text(
        f"[plan]\n{draft.replace('title', chr(34) + 'steps.draft' + chr(34))}\n", encoding="utf-8"
    )
    assert "완료 단계: 초안" in run("log", *KO, "-f", file).stdout
    assert "reached draft" in run("log", "-f", file).stdout


def test_a_publisher_goes_by_its_korean_name_where_it_has_one(run: Any, tmp_path: Path) -> None:
    file = tmp_path / "commitments.toml"
    sources = [
        {"url": f"https://example.org/{name[:3]}", "publisher": name, "kind": "press"}
        for name in ("Yonhap", "Reuters", "Old Name")
    ]
    happened = event("2026-01-02", status="in-progress", sources=sources)
    file.write_text(toml(term("plan", None, happened, sources=sources[:1])), encoding="utf-8")
    (tmp_path / "commitments.ko.toml").write_text(
        f'[publishers]\nYonhap = {{ text = "연합뉴스", of = "{fingerprint("Yonhap")}" }}\n'
        f'"Old Name" = {{ text = "옛 이름", of = "00000000" }}\n',
        encoding="utf-8",
    )
    page = run("show", "plan", *KO, "-f", file).stdout
    assert page.count("연합뉴스, 언론: https://example.org/Yon") == 2
    assert "Reuters, 언론" in page
    assert "Old Name, 언론" in page
    assert "Reuters" not in run("translate", *KO, "-f", file).stdout, "none has to be translated"
    assert run("validate", file, *KO).stdout.count("Yonhap") == 0
