"""A small server, whose sessions are sequences of names."""

SYMBOLS = ("open", "login", "put", "close")


def session(inputs: list[str]) -> list[str]:
    """What a small server answers."""
    state, answers = "closed", []
    for symbol in inputs:
        if symbol == "open":
            state, answer = ("opened", "ok") if state == "closed" else (state, "already")
        elif symbol == "login":
            state, answer = ("in", "welcome") if state == "opened" else (state, "refused")
        elif symbol == "put":
            answer = "stored" if state == "in" else "denied"
        else:
            state, answer = "closed", "bye"
        answers.append(answer)
    return answers
