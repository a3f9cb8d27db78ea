"""A Python environment with some packages, for the engines that are not ours."""
import pathlib
import shutil
import subprocess
import sys


def python(folder: pathlib.Path, packages) -> pathlib.Path:
    """The Python of the environment in a folder; made when it is not there."""
    found = folder / "bin" / "python"
    if not found.exists():
        # What `venv` would do by itself, but that hides what `ensurepip` says when it fails.
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
        if subprocess.run([str(found), "-m", "ensurepip", "--upgrade", "--default-pip"], stdout=subprocess.DEVNULL).returncode:
            shutil.rmtree(folder)
            sys.exit(f"{folder}: pip cannot be put there; {shutil.disk_usage(folder.parent).free >> 20} MiB of the disk are free")
    subprocess.run([str(found), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages], check=True)
    return found
