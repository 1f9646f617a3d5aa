"""The page of a benchmark run and the README's section: complete, and readable anywhere."""

import html
import json
import os
import re
import shutil
import struct
import subprocess
import zlib
from html.parser import HTMLParser

import pytest

from benchmarks import charts, counted, history, page, pageparts, promises, readme
from benchmarks.sweep import summary
from benchmarks.sweep.measure import Row

VOID = {"meta", "br", "hr", "img", "link", "input"}
SHAPES = {"rect", "line", "circle", "polyline", "path"}


def column(seconds, **figures):
    return {"seconds": seconds, "note": "", "peak": 2048, "kept": 4, **figures}


def entry(median=5.0, must=6.0, **changed):
    made = {
        "group": "Sets & more",
        "row": "union <of> two",
        "must": must,
        "aim": 20.0,
        "bound": "",
        "columns": {
            "compiled": column(0.001),
            "interpreted": column(0.01),
            "peer": column(0.02),
            "pdsh": column(0.003, must=2.0),
        },
        "ratios": {
            "compiled": {"median": median, "noise": 0.01, "rounds": 7},
            "interpreted": {"median": 2.0, "noise": 0.01, "rounds": 7},
            "pdsh": {"median": 3.0, "noise": 0.01, "rounds": 7},
        },
        "absent": [],
    }
    return {**made, **changed}


def result(*rows):
    curve = {
        "name": "union of n",
        "sizes": [1000, 3000, 10_000],
        "seconds": [0.001, 0.0031, 0.0102],
        "exponent": 1.01,
        "limit": 1.15,
        "holds": True,
    }
    return {
        "about": {
            "date": "2026-01-02",
            "machine": {
                "processor": "a <fast> one",
                "cores": 2,
                "memory": "1 GiB",
                "system": "Linux 6.1",
            },
            "python": "3.11.7",
            "ours": "1.10.1+cy.1",
            "peer": "1.10.1",
            "scale": 1.0,
            "rounds": 7,
            "memory": True,
        },
        "rows": list(rows or [entry()]),
        "growth": [curve, {"name": "walk of n", "failure": "ValueError: <none>"}],
        "counts": {"Python calls per line gathered": 0},
        "footprints": [{"name": "memory each", "sizes": [1, 9], "limit": 6.0, "each": 1.5}],
        "took": {"all": 61.0},
    }


class Strict(HTMLParser):
    """Fails on an element left open, closed twice, or that needs what is not in the page."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.found, self.text = [], [], []

    def handle_starttag(self, tag, attrs):
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"<{tag}> has an attribute twice"
        for name, value in attrs:
            assert name not in ("src", "href", "onclick", "onload", "xlink:href"), (tag, name)
            assert value is not None and "url(" not in value, (tag, name)
        assert tag not in ("script", "iframe", "object", "embed"), tag
        self.found.append(tag)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            assert tag in SHAPES, f"<{tag}/> is no element without content"
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, f"</{tag}> closes {self.open[-1:]}"
        self.open.pop()

    def handle_data(self, data):
        self.text.append(data)


def parsed(text):
    parser = Strict()
    parser.feed(text)
    parser.close()
    assert parser.open == [], f"left open: {parser.open}"
    assert "@import" not in text and "url(" not in text and "://" not in text
    return parser


def test_page_holds_every_part_and_needs_nothing_else():
    found = parsed(page.page(result()))
    said = "".join(found.text)
    for part in (
        "union <of> two", "a <fast> one", "pdsh 3 ms (3×)", "2.0 MiB", "exponent",
        "10,000:\xa010.2\xa0ms", "ValueError: <none>", "Python calls per line gathered",
        "took 1:01", "memory each (1 to 9)1.5 KiBat most 6 KiB",
    ):  # fmt: skip
        assert part in said, part
    assert {"rect", "polyline", "circle"} <= set(found.found)


@pytest.mark.parametrize(("median", "mark"), [(5.0, "bad"), (7.0, "good")])
def test_a_ratio_below_its_must_is_marked_and_named(median, mark):
    text = page.page(result(entry(median)))
    assert f'class="{mark}">{median:g}×' in text
    section = readme.section(result(entry(median)))
    unmet = "- not reached: Sets & more: union <of> two: 5×, must be at least 6×"
    assert (unmet in section) is (mark == "bad")


def test_what_took_too_long_is_shown_as_that():
    late = entry(columns={"compiled": column(0.001), "peer": column(None, note="over 60 s")})
    late["ratios"] = {}
    assert '<td data-title="released">over 60 s</td>' in page.page(result(late))
    assert "| over 60 s | 1 ms | – | – |" in readme.section(result(late))


def test_section_says_what_the_record_does_not_hold():
    full, bare = result(), {**result(), "growth": [], "counts": {}}
    bare["about"] = {**bare["about"], "memory": False}
    assert "this record holds" not in readme.section(full)
    assert "this record holds no memory and no growth and no counts" in readme.section(bare)
    assert "medians of 7 interleaved rounds" in readme.section(full)


def test_page_of_a_run_with_nothing_but_times():
    bare = {**result(), "growth": [], "counts": {}, "took": {}}
    bare["rows"][0]["columns"] = {"compiled": {"seconds": 1.0, "note": ""}}
    found = parsed(page.page({**bare, "rows": [{**bare["rows"][0], "ratios": {}}]}))
    assert "Memory" not in found.text and "Growth" not in found.text


def swept():
    """Return the summary of a sweep with a row that is lost."""
    rows = [
        Row("sweep: RangeSet.add, int: six", {"compiled": [3e-6], "peer": [1e-6]}, {}),
        Row(
            "sweep: RangeSet.union, own: six",
            {"compiled": [1e-6], "interpreted": [9e-6], "peer": [4e-6]},
            {},
        ),
        Row("sweep: fold, text: <one>", {}, {"compiled": "refused: ValueError: <no>"}),
    ]
    return summary.summary(rows)


def test_summary_stands_first_and_says_what_is_lost():
    made = {**result(entry(0.5, must=None)), "sweep": swept()}
    text = page.page(made)
    said = "".join(parsed(text).text)
    assert said.index("Summary") < said.index("PromisesPromises beside")
    assert "1 of 1rows of the tables are slower than the released package, compiled" in said
    assert "0 of 1rows of the tables are slower than the released package, interpreted" in said
    assert "1 of 3operations by every way in" in said
    assert "RangeSet.add, int: six" in said


@pytest.mark.parametrize("life", ["compiled", "interpreted"])
def test_a_loss_is_red_in_either_life(life):
    lost = entry(must=None)
    lost["ratios"][life]["median"] = 0.9
    assert 'class="bad">0.9×' in page.ratio_table([lost])
    assert 'class="loss"' in charts.ratio_bars(lost)
    assert 'class="loss"' not in charts.ratio_bars(entry())


def test_a_word_stands_beside_a_ratio_of_another_representation():
    assert "other representation" in page.ratio_table([entry(5000.0)])
    assert "other representation" not in page.ratio_table([entry(50.0)])


def run_of(date, ratio, processor="m"):
    made = result()["about"]
    about = {**made, "date": date, "machine": {**made["machine"], "processor": processor}}
    return {"about": about, "rows": {"Sets: <union>": {"ratios": {"compiled": [ratio, 0.01, 7]}}}}


def test_history_draws_a_row_over_the_runs_of_one_machine():
    runs = [
        run_of("2026-01-01", 3.0),
        run_of("2026-01-02", 9.0, "other"),
        run_of("2026-01-03", 0.5),
    ]
    text = pageparts.history_part(history.by_machine(runs))
    parsed(text)
    assert text.count("<details>") == text.count("<svg") == 2
    mine = text[: text.index("</details>")]
    assert "Sets: &lt;union&gt;: 3×, 0.5×" in mine and "9×" not in mine
    assert 'class="loss"' in mine and "2 runs" in mine


@pytest.mark.parametrize(
    "chart",
    [
        charts.growth_curve(result()["growth"][0]),
        charts.course("union", [("2026-01-01", 2.0), ("2026-01-02", 30.0)]),
        charts.distribution("ratios", ["< 1×", "≥ 1×"], {"compiled": [1, 2]}, 1),
    ],
)
def test_every_chart_has_titles_and_units_on_its_axes(chart):
    said = "".join(parsed(chart).text)
    assert ("size n" in said and "ms" in said and "processor time" in said) or (
        "ratio" in said and "×" in said and ("runs" in said or "rows" in said)
    )


# What is committed.


def committed():
    return {**history.newest(), "counts": counted.read()["named"]}


def test_committed_tables_are_those_of_the_newest_run():
    known = committed()
    assert readme.current(readme.PERFORMANCE) == readme.section(known)
    assert readme.current(readme.README) == readme.headlines(known)
    assert readme.current(readme.README).count("\n") == 2 + 5


def test_history_has_a_sorted_line_for_each_run():
    for text, run in zip(history.HISTORY.read_text().splitlines(), history.read()):
        assert text == json.dumps(run, ensure_ascii=False, sort_keys=True)
        assert run["about"]["date"] and run["about"]["machine"]["processor"] and run["rows"]


def test_page_of_the_newest_run_is_strict_and_shows_every_row():
    known = committed()
    said = parsed(page.page(known, history.by_machine(history.read()))).text
    for kept in known["rows"]:
        assert kept["row"] in said, kept["row"]
    for grown in known["growth"]:
        assert any(grown["name"] in text for text in said), grown["name"]


def test_a_line_holds_no_single_rounds_and_gives_the_row_back(monkeypatch):
    made = entry()
    monkeypatch.setattr(history.workloads, "REFERENCES", [])
    row = history.workloads.Workload("Sets & more", "union <of> two", None, 6.0, 20.0, "", True)
    kept = history.compact({**made, "columns": {"peer": column(1.0, rounds=[1.0])}})
    assert "rounds" not in kept
    back = history.expanded("", history.compact(made), row)
    del made["columns"]["pdsh"]["must"]
    assert back == made


# In a browser.

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="module")
def browse(tmp_path_factory):
    """Return a function that runs a headless browser on a page."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if not found:
        pytest.skip("no headless browser is installed")
    folder = tmp_path_factory.mktemp("browser")

    def run(text, *options):
        path = folder / "page.html"
        path.write_text(text)
        command = [
            found, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
            "--hide-scrollbars",
            f"--user-data-dir={folder / 'profile'}", *options, path.as_uri(),
        ]  # fmt: skip
        own = {name: str(folder) for name in ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME")}
        env = {**os.environ, **own}
        return subprocess.run(command, capture_output=True, check=True, timeout=120, env=env)

    run.folder = folder
    return run


def colours(png):
    """Return how often each colour stands in a PNG file of 8-bit RGB or RGBA."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    at, data, header = 8, b"", ()
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        body = png[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            header = struct.unpack(">IIBBBBB", body)
        data += body if kind == b"IDAT" else b""
        at += length + 12
    width, height, depth, colour = header[:4]
    size = {2: 3, 6: 4}[colour]
    assert depth == 8
    raw, row, found = zlib.decompress(data), bytearray(width * size), {}
    for line in range(height):
        start = line * (width * size + 1)
        row = unfiltered(raw[start], raw[start + 1 : start + 1 + width * size], row, size)
        for x in range(0, len(row), size):
            pixel = bytes(row[x : x + 3])
            found[pixel] = found.get(pixel, 0) + 1
    return found


def unfiltered(kind, line, above, size):
    """Return a line of a PNG file without its filter."""
    row = bytearray(line)
    for x in range(len(row)):
        left = row[x - size] if x >= size else 0
        corner = above[x - size] if x >= size else 0
        if kind == 4:
            guess = left + above[x] - corner
            near = min((left, above[x], corner), key=lambda value: abs(guess - value))
        else:
            near = (0, left, above[x], (left + above[x]) // 2)[kind]
        row[x] = (row[x] + near) & 255
    return row


@pytest.mark.slow
def test_browser_shows_every_row(browse):
    known = committed()
    dom = browse(page.page(known), "--dump-dom").stdout.decode()
    said = "".join(parsed(re.sub("^<!DOCTYPE html>", "", dom)).text)
    for kept in known["rows"]:
        assert kept["row"] in said
    assert dom.count("<svg") >= len([kept for kept in known["rows"] if kept["ratios"]])


#: What a page tells of itself: whether it is wider than its window.
WIDTH = """<script>addEventListener("load", () => {
  const wide = [...document.querySelectorAll("h1, p, .tiles div, td, figcaption")]
    .filter(found => !found.closest("details"))
    .filter(found => found.getBoundingClientRect().right > innerWidth + 1);
  document.title =
    `${document.documentElement.scrollWidth} of ${innerWidth}, ${wide.length} outside`;
});</script>"""


@pytest.mark.slow
@pytest.mark.parametrize("width", [1280, 400])
def test_page_fits_into_its_window(browse, width):
    """Chromium makes no window narrower than 500 pixels: a frame stands for one."""
    made = {**committed(), "sweep": swept()}
    text = page.page(made, history.by_machine(history.read())).replace("</body>", WIDTH + "</body>")
    framed = html.escape(text, quote=True)
    frame = f'<iframe style="border:0;width:{width}px;height:900px" srcdoc="{framed}"></iframe>'
    look = """<script>addEventListener("load", () => {
      document.title = document.querySelector("iframe").contentDocument.title; });</script>"""
    outer = f"<!doctype html><html><head></head><body style='margin:0'>{frame}{look}</body></html>"
    dom = browse(outer, "--dump-dom", "--window-size=1400,1000").stdout.decode()
    assert f"<title>{width} of {width}, 0 outside</title>" in dom, re.findall(
        "<title>.*?</title>", dom
    )


@pytest.mark.slow
def test_browser_draws_the_charts(browse):
    """The colours of bars, of the curve, and of the steepest slope stand in a picture."""
    made, curve = entry(), result()["growth"][0]
    drawn = charts.ratio_bars(made) + charts.memory_bars(made["columns"])
    drawn += f'<div style="width:320px">{charts.growth_curve(curve)}</div>'
    head = f"<!doctype html><html><head><style>{page.STYLE}</style></head>"
    picture = browse.folder / "charts.png"
    text = f'{head}<body style="margin:0">{drawn}</body></html>'
    browse(text, f"--screenshot={picture}", "--window-size=500,260")
    seen = colours(picture.read_bytes())
    styles = dict(re.findall(r"--(\w+):(#[0-9a-f]{6})", page.STYLE.partition("@media")[0]))
    for name in ("ours", "pure", "other"):
        assert seen.get(bytes.fromhex(styles[name][1:]), 0) > 100, name
    red = sum(n for (r, g, b), n in seen.items() if r > 180 and g < 160 and b < 160)
    assert red > 20


def test_promises_name_what_does_not_hold():
    slow = entry(0.5, must=None)
    slow["ratios"]["interpreted"]["median"] = 0.2
    names = [str(promise) for promise in promises.unmet(result(slow))]
    assert "Sets & more: union <of> two: 0.5×, must be at least 1×" in names
    assert "Sets & more: union <of> two [interpreted]: 0.2×, must be at least 0.333×" in names
    assert any("geometric mean" in name for name in names)


def test_promises_of_the_sweep_name_means_and_rows():
    group = {"compiled": 12.6, "slower": 7, "interpreted slower by over 4": 0}
    swept = {**result(), "sweep": {"groups": {"NodeSet": group, "fold": {**group, "slower": 0}}}}
    names = [str(promise) for promise in promises.unmet(swept) if "sweep" in promise.name]
    assert names == [
        "sweep of NodeSet: geometric mean: 12.6×, must be at least 25×",
        "sweep of NodeSet: rows slower than the released package: 7, must be at most 0",
    ]
