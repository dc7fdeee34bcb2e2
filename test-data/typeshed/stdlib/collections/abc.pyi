# ruff: noqa: UP035
from typing import AsyncGenerator as AsyncGenerator
