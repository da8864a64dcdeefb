"""Puts `content/` and `flows/` into the wheel as `bot/_pack/`: an installed bot has its words with it."""

from pathlib import Path
from shutil import copytree

from setuptools import setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).resolve().parent


class BuildWithPack(build_py):
    """build_py, and the pack beside the code."""

    def run(self) -> None:
        super().run()
        if self.editable_mode:
            return
        for name in ("content", "flows"):
            copytree(ROOT / name, Path(self.build_lib) / "bot" / "_pack" / name, dirs_exist_ok=True)


setup(cmdclass={"build_py": BuildWithPack})
