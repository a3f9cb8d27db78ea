"""A Python environment with some packages, for the engines that are not ours."""
import pathlib
import subprocess
import sys


def python(folder: pathlib.Path, packages) -> pathlib.Path:
    """The Python of the environment in a folder; made when it is not there."""
    found = folder / "bin" / "python"
    if not found.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    subprocess.run([str(found), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages], check=True)
    return found
