"""What both scripts need: the programs that they run, and z3 in a virtual environment of its own."""
import pathlib
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
LOWNOISE = ROOT / "target" / "release" / "lownoise"
QUESTIONS = ROOT / "target" / "release" / "examples" / "questions"
ENVIRONMENT = ROOT / ".venv"
PACKAGE = "z3-solver==5.4.1.0"


def build() -> None:
    say("building lownoise and the questions (release)")
    # In one command, so that both are built with the same features.
    what = ["-p", "lownoise", "-p", "lownoise-prove", "--bin", "lownoise", "--example", "questions"]
    subprocess.run(["cargo", "build", "--release", "--quiet", *what], cwd=ROOT, check=True)


def z3() -> pathlib.Path:
    """The program `z3` of the virtual environment; made when it is not there."""
    python = ENVIRONMENT / "bin" / "python"
    if not python.exists():
        say(f"making a virtual environment in {ENVIRONMENT.name}")
        subprocess.run([sys.executable, "-m", "venv", str(ENVIRONMENT)], check=True)
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", PACKAGE]
    subprocess.run(install, check=True)
    return ENVIRONMENT / "bin" / "z3"


def ask_z3(program: pathlib.Path, question: pathlib.Path, limit: int):
    """Seconds, and what it says of the claim: a negation that is satisfiable fails it. Whatever else z3 prints than
    an answer or that it gives up is an error of the question, and ends the run."""
    started = time.monotonic()
    # The clock may ring behind the answer.
    printed = limited([str(program), f"-T:{limit}", str(question)], limit + 5).strip().removesuffix("\ntimeout")
    seconds = time.monotonic() - started
    said = {"sat": "fails", "unsat": "holds", "unknown": "unknown", "timeout": "unknown", "": "unknown"}
    if printed not in said:
        sys.exit(f"{question}: z3 says\n{printed[:2000]}")
    return seconds, said[printed]


def limited(command, seconds: int) -> str:
    """What a program prints; nothing when it takes longer."""
    try:
        return subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=seconds).stdout
    except subprocess.TimeoutExpired:
        return ""


def say(words: str) -> None:
    print(f"-- {words}", file=sys.stderr, flush=True)
