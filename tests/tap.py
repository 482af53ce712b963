"""TAP for the checks of the tree that are written in Python."""


class Tap:
    """Prints the plan, then one line a check; `notes` stand before the line, as comments."""

    def __init__(self, total):
        print(f"1..{total}")
        self.count, self.failed = 0, 0

    def result(self, ok, name, notes=()):
        self.count += 1
        self.failed += not ok
        for note in notes:
            print(f"# {note}")
        print(f"{'ok' if ok else 'not ok'} {self.count} - {name}", flush=True)

    def skip(self, name, reason):
        self.count += 1
        print(f"ok {self.count} - {name} # SKIP {reason}", flush=True)

    def exit_code(self):
        return 1 if self.failed else 0
