"""Conversations with the released gateway, and what it answers."""

import contextlib
import queue
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.recorded import Recorder
from tests.recorded.gateway.cases import ALL
from tests.recorded.gateway.talk import Talker, answer

#: Gateways at a time.
WIDTH = 8


class Answers(Recorder):
    file = "gateway/answers.jsonl"
    keys = ("name",)
    times = 2

    def cases(self, peer):
        return [{"name": name} for name in ALL]

    @contextlib.contextmanager
    def player(self, peer):
        # Most of a conversation is waiting: many go on at once.
        with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(WIDTH) as pool:
            idle = queue.SimpleQueue()
            for number in range(WIDTH):
                (Path(folder) / str(number)).mkdir()
                idle.put(Talker(peer, f"{folder}/{number}"))

            def talk(name):
                talker = idle.get()
                try:
                    data, code, by_itself = talker.talk(ALL[name])
                finally:
                    idle.put(talker)
                return {"answer": answer(data), "code": code, "ended": by_itself}

            futures = {name: [pool.submit(talk, name) for _ in range(self.times)] for name in ALL}
            yield lambda case: futures[case["name"]].pop().result()
            for _ in range(WIDTH):
                idle.get().close()


RECORDERS = [Answers()]
