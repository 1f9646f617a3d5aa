"""Conversations with a gateway: name -> steps, as ``talk.Talker.talk`` takes them."""

import base64
import pickle

from tests.recorded import load

HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'
CHANNEL = '<channel version="1.10.1">\n'
OPEN = HEAD + CHANNEL

INFOS = {
    "debug": False,
    "fanout": 64,
    "grooming_delay": 0.02,
    "connect_timeout": 15.0,
    "command_timeout": 0.0,
}


def payload(value, protocol=4):
    return base64.b64encode(pickle.dumps(value, protocol)).decode()


def message(attributes, text=""):
    return f"<message {attributes}>{text}</message>\n"


TREE = {line["protocol"]: line["pickle"] for line in load("topology/pickles.jsonl")}


def configuration(gateway="gw0", text=None):
    return message(f'type="CFG" msgid="1" gateway="{gateway}"', text or TREE[4])


READY = OPEN + configuration()


def control(action, value=None, target="n1", srcid=7, msgid=2, protocol=4):
    text = "" if value is None else payload(value, protocol)
    return message(
        f'type="CTL" msgid="{msgid}" srcid="{srcid}" action="{action}" target="{target}"', text
    )


def request(command, without=(), infos=(), **others):
    """Return what is asked for by a message that runs *command*."""
    value = {
        "cmd": command,
        "invoke_gateway": "false",
        "taskinfo": {**INFOS, **dict(infos)},
        "stderr": True,
        "timeout": -1,
        "remote": False,
        **others,
    }
    return {key: value[key] for key in value if key not in without}


def shell(command, target="n1", srcid=7, msgid=2, protocol=4, **others):
    return control("shell", request(command, **others), target, srcid, msgid, protocol)


def write(data, srcid=7, msgid=3, target="n1"):
    return control("write", {"buf": data}, target, srcid, msgid)


def eof(srcid=7, msgid=4, target="n1"):
    return control("eof", None, target, srcid, msgid)


ATTRIBUTES = {
    "CFG": {"gateway": "gw0"},
    "CTL": {"srcid": 7, "action": "noop", "target": "n1"},
    "ACK": {"ack": 1},
    "ERR": {"reason": "boo"},
    "OUT": {"srcid": 7, "nodes": "n1"},
    "SER": {"srcid": 7, "nodes": "n1"},
    "RET": {"srcid": 7, "retcode": 0, "nodes": "n1"},
    "TIM": {"srcid": 7, "nodes": "n1"},
    "RTR": {"srcid": 7, "event": "reroute", "gateway": "g", "targets": "n1"},
    "CHA": {},
    "END": {},
    "GEN": {},
    "XXX": {},
}


def pairs(kind, without=None, **changed):
    values = {"type": kind, "msgid": 5, **ATTRIBUTES[kind], **changed}
    return " ".join(f'{name}="{values[name]}"' for name in values if name != without)


def each_kind():
    """Yield every kind of message, whole and without each of its attributes."""
    for kind in ATTRIBUTES:
        text = TREE[4] if kind == "CFG" else payload(b"x") if kind in ("OUT", "SER") else ""
        yield f"{kind}", message(pairs(kind), text)
        yield f"{kind} with text", message(pairs(kind), "abc")
        yield f"{kind} with a line break", message(pairs(kind), "\n")
        yield f"{kind} with another attribute", message(pairs(kind) + ' foo="1"', text)
        for name in ("type", "msgid", *ATTRIBUTES[kind]):
            yield f"{kind} without {name}", message(pairs(kind, without=name), text)
            yield f"{kind}, {name} empty", message(pairs(kind, **{name: ""}), text)
            if name in ("msgid", "srcid", "ack", "retcode"):
                yield f"{kind}, {name} a word", message(pairs(kind, **{name: "x"}), text)


#: Lines that are no message.
LINES = {
    "text": "abc\n",
    "unknown tag": "<foo></foo>\n",
    "unknown closing tag": "</foo>\n",
    "stray closing tag": "</message>\n",
    "tag in a message": f"<message {pairs('CTL')}><foo/></message>\n",
    "message in a message": f"<message {pairs('CTL')}>{message(pairs('ACK'))}</message>\n",
    "channel in the channel": "<channel>\n",
    "attribute twice": '<message type="A" type="B">\n',
    "attribute without a value": "<message type>\n",
    "attribute without quotes": "<message type=ACK>\n",
    "bytes that are no text": "<message \xff\xfe>\n",
    "null": "\0\n",
    "two opening": "<<\n",
    "ampersand": "a & b\n",
    "unknown entity": "&foo;\n",
    "known entity": "&amp;\n",
    "control character": "\x01\n",
    "reference to a control character": "&#1;\n",
    "comment": "<!-- a -->\n",
    "dashes in a comment": "<!-- a -- b -->\n",
    "instruction": "<?foo bar?>\n",
    "declaration": HEAD,
    "section": "<![CDATA[abc]]>\n",
    "end of a section": "]]>\n",
    "end": "</channel>\n",
    "end and more": "</channel>\n<foo/>\n",
    "empty lines": "\n\n\n",
}

PAYLOADS = {
    "not base64": "!!!!",
    "base64 cut short": "gAS",
    "base64 of nothing": "====",
    "not a pickle": base64.b64encode(b"hello").decode(),
    "empty pickle": base64.b64encode(b".").decode(),
    "pickle cut short": payload({"a": 1})[:16],
    "protocol 9": base64.b64encode(b"\x80\x09N.").decode(),
    "number": payload(5),
    "none": payload(None),
    "text": payload("abc"),
    "list": payload([]),
    "empty dictionary": payload({}),
    "blanks": "  ",
}

ALL = {
    "nothing": [""],
    "channel": [OPEN],
    "channel and end": [OPEN + "</channel>\n"],
    "no declaration": [CHANNEL + configuration()],
    "no version": [HEAD + "<channel>\n" + configuration()],
    "other version": [HEAD + '<channel version="0.1">\n' + configuration()],
    "blank line first": ["\n" + CHANNEL + configuration()],
    "blank line before the declaration": ["\n" + OPEN],
    "garbage first": ["hello\n"],
    "garbage, then a channel": ["hello\n" + OPEN],
    "message first": [configuration()],
    "message after the declaration": [HEAD + configuration()],
    "latin-1": ['<?xml version="1.0" encoding="iso-8859-1"?>\n' + CHANNEL + configuration()],
    "utf-16": ['<?xml version="1.0" encoding="utf-16"?>\n' + CHANNEL],
    "xml 1.1": ['<?xml version="1.1"?>\n' + CHANNEL],
    "all in one line": [READY.replace("\n", "") + "\n"],
    "tag in two lines": [OPEN + configuration().replace("msgid=", "\nmsgid=")],
    "payload in many lines": [OPEN + configuration(text="\n".join(TREE[4]))],
    "configured": [READY],
    "configured in protocol 2": [OPEN + configuration(text=TREE[2])],
    "configured twice": [READY + configuration()],
    "another name": [OPEN + configuration("zz") + shell("echo a")],
    "name in the middle of the tree": [OPEN + configuration("sub01") + shell("echo a", "m1-ib0")],
    "no topology": [OPEN + configuration(text=payload(None)) + shell("echo a")],
    "topology of text": [OPEN + configuration(text=payload("abc")) + shell("echo a")],
    **{f"{name}, before": [OPEN + text] for name, text in each_kind()},
    **{f"{name}, after": [READY + text] for name, text in each_kind()},
    **{f"{name}, before": [OPEN + line] for name, line in LINES.items()},
    **{f"{name}, after": [READY + line + shell("echo a")] for name, line in LINES.items()},
    **{f"configuration: {name}": [OPEN + configuration(text=t)] for name, t in PAYLOADS.items()},
    **{
        f"{action}: {name}": [
            READY + shell("cat") + control(action, target="n1").replace("><", f">{t}<")
        ]
        for action in ("shell", "write", "eof", "noop", "foo", "")
        for name, t in PAYLOADS.items()
    },
    **{
        f"{action} without a payload": [READY + control(action)]
        for action in ("shell", "write", "eof", "noop", "foo", "")
    },
    "write before any command": [READY + write(b"a")],
    **{
        f"shell without {key}": [READY + shell("echo a", without=[key])]
        for key in ("cmd", "invoke_gateway", "taskinfo", "stderr", "timeout", "remote")
    },
    **{
        f"{key} is {value!r}": [READY + shell(**{"command": "echo a", key: value})]
        for key, values in {
            "command": (5, None, b"echo a", [], ""),
            "timeout": ("x", None, 5, []),
            "taskinfo": ([], 5, None),
            "target": ("n[", "n1,,n2", "admin", "gw0", "gw1", "zz1", "sub01"),
            "stderr": (0, None),
            "remote": (0, None),
        }.items()
        for value in values
    },
    **{
        f"info {key} is {value!r}": [READY + shell("echo a", infos={key: value})]
        for key, values in {
            "fanout": ("x", 1, -1),
            "grooming_delay": ("x", None, 0, -1, 0.3),
            "debug": (True,),
            "foo": ("bar", [1]),
            "tree_default:local_workername": ("exec", "nosuch"),
        }.items()
        for value in values
    },
    "one node": [READY + shell("echo hi %h %n; echo e >&2")],
    "several nodes": [READY + shell("echo hi %h; exit 2", "n[1-3]")],
    "several at once": [
        READY + shell("echo a", "n[1-2]") + shell("echo b", "n[2-3]", srcid=8, msgid=3)
    ],
    "one worker twice": [READY + shell("echo a", "n1") + shell("echo b", "n2", msgid=3)],
    "exit codes": [READY + shell("exit %n", "n[1-4]")],
    "signal": [READY + shell("kill -9 $$", "n[1-2]")],
    "unknown command": [READY + shell("exec 2>/dev/null; /nonexistent", "n[1-2]")],
    "no output of errors": [READY + shell("echo a >&2; echo b", stderr=False)],
    "input": [READY + shell("cat", "n[1-3]"), 0.05, write(b"foo\nbar") + eof()],
    "input in parts": [READY + shell("cat"), write(b"foo"), 0.05, write(b"\nbar\n"), eof()],
    "end of input without any": [READY + shell("cat; exit 3") + eof()],
    "input for targets in quotes": [
        READY + shell("cat", "n[1-2]") + write(b"a", target="{'n1', 'n2'}") + eof()
    ],
    "input after its end": [READY + shell("cat") + eof() + write(b"a")],
    "input that is text": [READY + shell("cat") + write("abc")],
    "input that is nothing": [READY + shell("cat") + control("write", {})],
    "timeout": [READY + shell("echo a; sleep 9", "n[1-2]", timeout=1.0)],
    "timeout of one": [
        READY + shell("echo a; test %n = 1 && sleep 9; exit 4", "n[1-2]", timeout=1.0)
    ],
    "end while a command runs": [READY + shell("sleep 9"), 0.05, "</channel>\n"],
    "end of line missing": [READY + shell("printf 'a\\n\\nb'")],
    "empty output lines": [READY + shell("printf '\\n\\n\\n'")],
    "bytes": [READY + shell("printf '\\0\\377\\n'")],
    **{
        f"request in protocol {protocol}": [READY + shell("echo a", protocol=protocol)]
        for protocol in range(6)
    },
}
