"""The one exception whose text is meant for people."""


class UserError(Exception):
    """Something a person can understand and mend: what happened, and what to try."""

    def __init__(self, what: str, remedy: str = "") -> None:
        super().__init__(f"{what} {remedy}".strip())
        self.what = what
        self.remedy = remedy
