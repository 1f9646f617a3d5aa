"""The command lines of the transcripts, and the small world they run in.

A case is a dictionary: ``args`` (a list), optionally ``stdin`` (text), ``env``
and ``compare``, which says what of the output has an order:

``nodes``   (the default) the lines of each node do, the nodes do not
``exact``   all of standard output does; standard error is as with ``nodes``
``lines``   nothing does: the lines are compared as a multiset
"""

import itertools

FILES = {
    "cfg/clush.conf": """\
[Main]
fanout: 64
connect_timeout: 15
command_timeout: 0
color: auto
fd_max: 1000
history_size: 100
maxrc: no
node_count: yes
verbosity: 1
confdir: $CFGDIR/clush.conf.d
""",
    "cfg/clush.conf.d/modes.conf": """\
[mode:echo]
command_prefix: echo pre "two words"
fanout: 3

[mode:slow]
connect_timeout: 2
command_timeout: 9
[mode:bad]
fanout: many
""",
    "cfg/clush.conf.d/unused.conf.example": "[mode:unused]\n",
    "cfg/groups.conf": """\
[Main]
default: local

[local]
map: sed -n 's/^$GROUP: //p' $CFGDIR/local
all: sed -n 's/^all: //p' $CFGDIR/local
list: sed -n 's/^\\([a-z]*\\): .*/\\1/p' $CFGDIR/local

[other]
map: echo o[1-2]
""",
    "cfg/local": "adm: m0\nio: n[4-6]\ncompute: n[10-19]\nall: m0,n[4-6,10-19]\nempty:\n",
    "work/hosts": "n[1-2] n5\nn7,n8\n\n@io\n",
    "work/one": "n1",
    "work/broken": "n[1-\n",
    "work/nothing": "",
    "work/file": "some text\n",
    "work/tree/leaf": "a leaf\n",
    "work/other.conf": "[Main]\nfanout: 7\ncommand_timeout: 3\nverbosity: 2\n",
    "work/junk.conf": "no section\n",
    "work/dup.conf": "[Main]\nfanout: 1\nfanout: 2\n",
    "work/input": "one\ntwo\nthree\n",
    "work/n9": "",
}

DISPLAYS = {
    "nodes": [
        "", "-N", "-q", "-v", "-S", "-q -S", "-P", "-r", "--color=always", "--color=never",
        "-N --color=always", "-G", "-f 1", "-f 2",
    ],
    "exact": [
        "-b", "-bN", "-bq", "-B", "-BN", "-L", "-LN", "-Lq", "-bL", "-bLN", "-BL", "--diff",
        "--diff -q", "-b --color=always", "-L --color=always", "-bL --color=always",
        "--diff --color=always", "-b -S", "-b -r", "-O node_count=no -b", "-bP", "-b -f 1",
    ],
    "lines": ["-bv", "-Lv", "-Bv"],
}  # fmt: skip

COMMANDS = [
    "echo hello",
    "echo %h %%h %rank %n %%n %hosts %host",
    "echo out; echo err >&2",
    "echo same; echo line%rank; exit 3",
    "printf 'a\\n\\nb\\n'",
    "true",
    "exit %rank",
    "printf 'no newline'",
    "printf 'tab\\t caf\\303\\251\\n'",
    "[ %rank = 1 ] || echo odd",
]

INPUTS = ["a\nb\nc\n", "no newline", "", "\n\n", "x" * 100_000 + "\n"]

SELECTIONS = """\
-w n1 | -w n[1-3] | -w n[1-3] -x n2 | -w n1 -w n2 | -w n[1-9]!n[3-8] | -w n[1-9]&n[3-20]
-w n[1-5]^n[4-9] | -w n[1-3],m0 -x m0 | -w n[1-3] -x m[1-9] | -w n[001-003] | -w n1,n01,n001
-w n[1-9/4] | -w a[1-2]b[3-4] | -g io | -g io,adm | -g io -g adm | -g local:io | -g io -x n5
-g io,compute -X compute | -a | -a -X compute | -a -X compute -X adm | -a -x n[4-19] | -w @io
-w @io,@adm | -w @local:adm | -w @* | -s local -g adm | -s other -g any | -w @other:any
-s other -w @any | --hostfile hosts | --machinefile hosts | --hostfile hosts --hostfile one
--hostfile hosts -x n[1-6] | --hostfile one -w m[1-2] | -w n[1-3] --pick 3 | -w n[1-3] --pick 9
-w n1 --pick 1 | -w io -x @io | -w io[1-2] -X io | -g @io | -w n[1-2] -X nope | -w n1 -g nope"""

FOLDS = """\
-b -w a[1-2]b[3-4] | -b --axis 1 -w a[1-2]b[3-4] | -b --axis 2 -w a[1-2]b[3-4]
-b --axis 1-2 -w a[1-2]b[3-4] | -b --axis -1 -w a[1-2]b[3-4] | -b -r -g io | -b -r -G -g io
-b -r -g io,adm | -bL -r -g io | -bL -rG -g io | -L -r -g io | -b -r -a | -b -rG -a -x n4
-b -r -s local -g io | -bL --axis 2 -w a[1-2]b[3-4]"""

MISTAKES = """\
| -b | -w n1 -x n1 true | -w n[1- true | -w n[3-1] true | -w n[1-3 true | -w -x echo
-w n1 -x n[ true | -g nope true | -X io -g io true | -s nope -a true | -s nope -g io true
-w @nope:io true | -w n1 -s -b true | --nope | -f abc | -f 1.5 -w n1 true | -t x | -u x | -u
-O | -w n1 -O foo true | -w n1 -O ssh_options=%h true | -w n1 -O fanout=abc true
-w n1 -O fd_max=x true | -w n1 -O connect_timeout=x true | -w n1 -O color=blue true
-w n1 -O node_count=x true | -R exec -w n1 -O maxrc=x true | -w n1 -O password_prompt=x true
-w n1 -O command_timeout=x true | --color=blue -w n1 true | -R nope -w n1 true
-R os -w n1 true | -m nope -w n1 true | -m unused -w n1 true | -m bad -w n1 true
-w n1 -b --axis x true | -w n1 --pick -1 true | -w n[1-3] --pick -1 true
-w n1 --hostfile missing true | -w n1 --hostfile . true | --hostfile broken true
--hostfile nothing true | -w n1 --diff -L true | -w n1 -c | -w n1 --rcopy
-w n1 -R exec -c missing | -w n1 -R exec -c file missing | -w n1 --rcopy file --dest missing
-w n1 --rcopy file --dest file | -w n1 --rcopy missing/file | --conf junk.conf -w n1 true
--conf dup.conf -w n1 true | -w n1 -E nope true | -w n1 --remote=maybe true | -w n9 -R exec true
-w n9 -x n9 true | -R exec -x n9 -w n[8-9] true | -w n1 -R exec -- -x | --pick x -w n1 true"""

SETTINGS = """\
--conf other.conf -d | --conf missing.conf -d | -d | -d -f 5 | -d -t 3 -u 4 | -d -t 0 -u 0
-d -O fanout=9 | -d -O Fanout=9 | -d -O fanout=8 -O fanout=9 | -d -O fanout=9 -f 2 | -v -q | -q -v
-d -m slow | -d -m echo | -m echo | -m echo -f 9 -d | -O command_prefix=echo | -O verbosity=3
-O verbosity=0 -b | -O verbosity=x | -O verbosity=2 -b | -O fd_max=999 -d | -O history_size=x
-O confdir=/nonexistent -d | -O foo=bar | -O =x | -E select | -E poll | -E epoll -b
--grooming 1 -d | --grooming 1 -v | -O maxrc=yes | -S -O maxrc=no | -O color=always
-O color=never -b | -O color= | -O ssh_user=bob -d | -l bob -d | -o -v -d | -n | -n -b | -n -d
--conf other.conf -O verbosity=1 -b | -u 5 | -t 5 | -s local -b | -O node_count=yes -b"""

COPIES = """\
-R exec -w n1 -c file --dest copy | -R exec -w n1 -c file --dest out/
-R exec -w n1 -v -c file --dest copy | -R exec -w n1 -v -c tree --dest out
-R exec -w n1 -v -p -c file --dest copy | -R exec -w n1 -v -c file one --dest out
-R exec -w n1 -c file -v --dest out one | -R exec -w n1 -d -c file --dest copy
-R exec -w n1 -d -p -c tree --dest out | -R exec -w n1 -S -c file --dest missing/copy
-R exec -w n1 -b -c file --dest copy | -O scp_path=echo -w n[1-2] -c file
-O scp_path=echo -w n[1-2] -v -c file | -O scp_path=echo -w n[1-2] -c file --dest /x/y
-O scp_path=echo -w n[1-2] -c tree --dest /x/y/ | -O scp_path=echo -w n[1-2] -c tree/
-O scp_path=echo -w n[1-2] -p -c file one --dest rel
-O scp_path=echo -w n1 -l bob -o -q -c file --dest rel
-O scp_path=echo -w n1 -c file --dest ''
-O scp_path=echo -w n[1-2] --rcopy /etc/hosts --dest out
-O scp_path=echo -w n1 -v --rcopy /etc/hosts --dest out/
-O scp_path=echo -w n1 -v --rcopy /etc/hosts /etc/passwd --dest out
-O scp_path=echo -w n1 --rcopy rel/ --dest out
-O scp_path=echo -w n1 -d -p --rcopy /etc/hosts --dest out | -O scp_path=false -w n[1-2] -c file
-O scp_path=false -w n[1-2] -v -S -c file | -O scp_path=false -w n[1-2] -S --rcopy f --dest out
-O scp_path=echo -w n1 -b -c file | -O scp_path=echo -w n1 -L -c file
-O scp_path=echo -w n1 -q -c file | -O scp_path=echo -w ::1 -c file --dest /x
-O rcp_path=echo -R rsh -w n1 -c file --dest /x
-O rcp_path=echo -R rsh -w n1 -d -c file --dest /x | -O scp_path=echo -w n1 -c file -- -b
-O scp_path=echo -w n1 -m slow -d -c file --dest x | -w n1 -m echo -c file --dest x"""

REMOTES = """\
-O ssh_path=echo | -O ssh_path=echo -d | -O ssh_path=echo -l bob -o '-p 22' -t 3 -u 4 -d
-O ssh_path=false | -O ssh_path=false -S | -O ssh_path=false -b | -O ssh_path='echo x' -b
-O ssh_path=echo -O ssh_options='-oA=b -oC' | -O ssh_path=echo -O ssh_user=bob
-R rsh -O rsh_path=echo | -R rsh -O rsh_path=echo -d -l bob -o -k | -R ssh -O ssh_path=echo -b
-O ssh_path=echo -f 1 -t 0 | -O ssh_path=echo -t 2.7 -b"""

TIMEOUTS = ["", "-b", "-L", "-bL", "-q", "-S", "-b -S", "-v", "--diff", "-B"]


def split(text):
    """Yield each command line of `text` as a list: separated by bars, quoted as in a shell."""
    import shlex

    for part in text.replace("\n", " | ").split(" | "):
        yield shlex.split(part.lstrip("|"))


def all_cases():
    """Return the cases in the order they are recorded in."""
    exec3 = ["-R", "exec", "-w", "n[1-3]"]
    cases = []

    def add(args, compare="nodes", **more):
        cases.append({"args": args, "compare": compare, **more})

    for compare, displays in DISPLAYS.items():
        for display, command in itertools.product(displays, COMMANDS):
            add([*exec3, *display.split(), command], compare)
    for display, text in itertools.product(["", "-b", "-L", "-bL", "-n"], INPUTS):
        compare = "exact" if display in ("-b", "-L", "-bL") else "nodes"
        add([*exec3, *display.split(), "cat"], compare, stdin=text)
    for args in split(SELECTIONS):
        add(["-R", "exec", *args, "-b", "echo x"], "exact")
    for args in split(FOLDS):
        add(["-R", "exec", *args, "echo x"], "exact")
    for args in split(MISTAKES):
        add(args)
    for args in split(SETTINGS):
        add([*exec3, *args, "echo x; exit 2"])
    for args in split(COPIES):
        add(args, "lines")
    for args in split(REMOTES):
        add(["-w", "n[1-2]", *args, "echo", "a", "b"])
    for display in TIMEOUTS:
        compare = "exact" if display.startswith("-b") else "nodes"
        add([*exec3, "-u", "0.4", *display.split(), "[ %rank = 1 ] && sleep 3; echo x"], compare)
    for env in ({"CLICOLOR_FORCE": "1"}, {"CLICOLOR": "1"}, {"NO_COLOR": "1"}):
        add([*exec3, "echo x"], env=env)
        add([*exec3, "--color=always", "echo x"], env=env)
    return cases
