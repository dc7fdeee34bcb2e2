"""Programs that hand operations over to tasks, with a loop whose clock goes as fast as it can."""

from fuzz.family import Family
from fuzz.tasks.generate import program
from fuzz.tasks.judge import CODES, judge

FAMILY = Family("tasks", "main", program, judge, CODES)
