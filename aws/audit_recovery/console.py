"""What a person sees: results on standard output, all else on standard error, progress only on a terminal."""
import json
import sys


class Failure(Exception):
    """Something that ends the command: what is wrong and what to do, and the exit status."""

    def __init__(self, message, status=69):
        super().__init__(message)
        self.message = message
        self.status = status


class Console:
    def __init__(self, as_json):
        self.as_json = as_json
        self.terminal = sys.stderr.isatty()

    def result(self, lines, value):
        """Prints a result: lines for a person, or the value as JSON."""
        print(json.dumps(value, indent=2) if self.as_json else "\n".join(lines), flush=True)

    def note(self, text):
        self._clear()
        print(text, file=sys.stderr, flush=True)

    def fail(self, text):
        self.note(f"recovery: {text}")

    def progress(self, text):
        """Overwrites the line before; nothing where nobody watches."""
        if self.terminal:
            self._clear()
            print(text[:100], end="", file=sys.stderr, flush=True)

    def _clear(self):
        if self.terminal:
            print("\r\033[K", end="", file=sys.stderr)
