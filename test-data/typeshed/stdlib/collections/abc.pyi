# ruff: noqa: UP035
from typing import AsyncGenerator as AsyncGenerator
from typing import Generator as Generator
