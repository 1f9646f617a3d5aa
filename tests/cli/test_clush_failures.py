"""clush at a terminal when a command cannot be run, and when files of its own cannot be read."""

import sys

import pytest

from tests.recorded.clush import terminal, world

START = "import sys; sys.argv[0] = 'clush'; from ClusterShell.CLI.Clush import main; main()"
CLUSH = [sys.executable, "-c", START, "-R", "exec", "-w", "n[1-3]"]

PLACEHOLDER = (
    "clush: Invalid placeholder in string: line 1, col 7 is not a valid pattern, "
    "use '%%' to escape '%'"
)

pytestmark = pytest.mark.slow


def converse(tmp_path, *lines, end="quit\n", prepare=lambda base: None):
    """Have a session with these lines; return (exit code, rows of the screen)."""
    world.make(tmp_path)
    prepare(tmp_path)
    shown = terminal.Terminal(CLUSH, tmp_path / "work", world.environment(tmp_path))
    try:
        for typed in [*(line + "\n" for line in lines), end]:
            shown.wait_for_prompt()
            shown.type(typed)
        code = shown.finish()
    finally:
        shown.close()
    screen = terminal.Screen()
    screen.feed(shown.output.decode())
    return code, screen.text()


@pytest.mark.parametrize("display", [[], ["-b"], ["-L"], ["-bL"], ["-P"]])
def test_placeholder_on_the_command_line(tmp_path, display):
    shown = terminal.Terminal(
        [*CLUSH, *display, "echo 5%"], world.make(tmp_path), world.environment(tmp_path)
    )
    assert shown.finish() == 1
    assert shown.output.decode().splitlines() == [PLACEHOLDER]


def test_placeholder_in_a_session(tmp_path):
    """It costs a line, and not the session: its settings are as before."""
    code, rows = converse(tmp_path, "=", "echo 5%", "echo ok", "echo 5%", "echo again")
    assert code == 0
    assert rows.count(PLACEHOLDER) == 2
    gathered = "---------------\nn[1-3] (3)\n---------------\n"
    text = "\n".join(row.replace("{94}", "").replace("{0}", "") for row in rows)
    for word in ("ok", "again"):
        assert gathered + word in text


class TestHistory:
    @pytest.mark.parametrize("end", ["quit\n", "\x04", "\x03", "half a line\x03"])
    def test_is_kept(self, tmp_path, end):
        converse(tmp_path, "echo a", "?", "echo b", end=end)
        assert (tmp_path / "home" / ".clush_history").read_text() == "echo a\n?\necho b\n"

    @pytest.mark.parametrize("lines", [[], ["?"], ["@n1", "="], ["!true"]])
    def test_nothing_ran(self, tmp_path, lines):
        converse(tmp_path, *lines)
        assert not (tmp_path / "home" / ".clush_history").exists()

    def test_cannot_be_read(self, tmp_path):
        def prepare(base):
            (base / "home" / ".clush_history").mkdir()

        code, rows = converse(tmp_path, "echo a", prepare=prepare)
        assert code == 0
        warnings = [row for row in rows if row.startswith("Warning: ")]
        assert [text.split(":")[1] for text in warnings] == [
            " no history of earlier sessions",
            " history is not kept",
        ]
