"""What a fault test shows to people: lines while it runs, and a summary at its end."""
import collections
import sys
import time

WIDTH = 110


class Progress:
    """Lines on stderr, and below them, on a terminal, one that is written over again and again."""

    def __init__(self):
        self.began = time.monotonic()
        self.line = ""  # the last that was said

    def clock(self):
        seconds = int(time.monotonic() - self.began)
        return f"{seconds // 60:02d}:{seconds % 60:02d}"

    def say(self, text):
        self.line = text.strip()
        self.write(f"{self.clock()}  {text}\n")

    def status(self, text):
        if sys.stderr.isatty():
            self.write(f"{self.clock()}  {self.line} | {text}"[:WIDTH])

    def write(self, text):
        sys.stderr.write(("\r\x1b[K" if sys.stderr.isatty() else "") + text)
        sys.stderr.flush()


def spans(pairs):
    """`pairs`: (kind, ms). Per kind: how many, and the shortest, middle and longest."""
    by_kind = collections.defaultdict(list)
    for kind, ms in pairs:
        by_kind[kind].append(ms)
    return {kind: {"n": len(all_ms), "min": min(all_ms), "median": sorted(all_ms)[len(all_ms) // 2], "max": max(all_ms)}
            for kind, all_ms in sorted(by_kind.items())}


def text(result):
    lines = [f"{result['seconds']} s, {result['jobs']} jobs of {result['tasks']} tasks; "
             f"ZooKeeper tick {result['tick_ms']} ms, session {result['session_ms']} ms, seed {result['seed']}",
             f"{result['launched']} attempts ran = {result['finished']} finished + {result['failed']} failed with a "
             f"reason; {result['dropped']} more were dropped before they ran", "",
             "fault                    times   next leader after (min / median / max)"]
    for kind, count in result["faults"].items():
        span = result["failovers_ms"].get(kind)
        after = f"{span['min']} / {span['median']} / {span['max']} ms" if span else ""
        lines.append(f"{kind:<24} {count if count else 'never':>5}   {after}".rstrip())
    lines += ["", f"{result['findings']} FINDINGS" if result["findings"] else
              "passed: no task lost, no attempt twice, nothing left behind"]
    return "\n".join(lines)
