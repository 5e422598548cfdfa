"""``fastc completion``: what a shell needs to complete fastc's commands, options and their values."""

from __future__ import annotations

from importlib.resources import files

from fastc.arguments import Parser
from fastc.commands.writing import write

SHELLS = ("bash", "zsh", "fish")

HOW = """\
for good:
  bash  eval "$(fastc completion bash)"        in ~/.bashrc
  zsh   source <(fastc completion zsh)         in ~/.zshrc, after compinit
  fish  fastc completion fish > ~/.config/fish/completions/fastc.fish
the scripts ask 'fastc completion SHELL -- WORD ...' what may take the place of the last word
"""

BREAKS = "=:"
"""Where bash takes a word that has no quotes apart, of the characters that ours have."""


def make_parser() -> Parser:
    """The options of the command."""
    parser = Parser("completion", 'eval "$(fastc completion bash)"', "bash | zsh | fish")
    parser.add_argument("shell", choices=SHELLS, metavar="bash|zsh|fish", help="the shell whose script is printed")
    parser.epilog = HOW
    return parser


def run(arguments: list[str]) -> int:
    """Print the script, or the candidates: first what the shell adds of its own, then one a line."""
    parser = make_parser()
    if arguments[1:2] == ["--"]:
        shell = parser.parse_args(arguments[:1]).shell
        write(_answer(shell, arguments[2:]))
    else:
        shell = parser.parse_args(arguments).shell
        write(files("fastc.commands").joinpath("shells", f"fastc.{shell}").read_text("utf-8"))
    return 0


def _answer(shell: str, words: list[str]) -> str:
    from fastc.commands.completing import complete

    typed, beginning = (words, "") if shell != "bash" else split_line(" ".join(words))
    answer = complete(typed)
    texts = [candidate.text.removeprefix(beginning) for candidate in answer.candidates]
    if shell == "bash":
        lines = [*texts, *_open_end(texts)] if answer.is_unfinished else texts
    else:
        lines = [f"{text}\t{entry.meaning}" for text, entry in zip(texts, answer.candidates, strict=True)]
    first = f"{answer.paths} {'unfinished' if answer.is_unfinished else ''}".strip() or "nothing"
    return "\n".join([first, *lines]) + "\n"


def _open_end(texts: list[str]) -> list[str]:
    """Another candidate beside a single one, so that bash does not close the quotes around what may go on."""
    return [f"{texts[0]}{'...' if texts[0].endswith('=') else ','}"] if len(texts) == 1 else []


def split_line(line: str) -> tuple[list[str], str]:
    """The words after the program's name in a line that may end within quotes, and how much of the last one bash leaves
    alone: it replaces only what follows the last of ``BREAKS`` outside quotes."""
    words, word, quote, kept = [], "", "", ""
    inside, escaped = False, False
    for character in line:
        if escaped:
            word, escaped = word + character, False
        elif character == "\\" and quote != "'":
            inside, escaped = True, True
        elif quote:
            quote, word = ("", word) if character == quote else (quote, word + character)
        elif character in "'\"":
            inside, quote = True, character
        elif character.isspace():
            if inside:
                words.append(word)
            inside, word, kept = False, "", ""
        else:
            inside, word = True, word + character
            kept = word if character in BREAKS else kept
    return [*words, word][1:], "" if quote else kept
