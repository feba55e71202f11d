"""What certified firms are served by: their questions to the coordinator, and the windows of their own."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from ..states import QUESTION
from .grades import Application


class Question(Application):
    """What a certified firm asks its coordinator (企业协调员答疑), and the answer with the values of the law it rests on.

    ``due_on`` is the last day to answer; ``cites`` are names of values of the law in force on the day of the answer.
    """

    state = models.CharField(max_length=10, default="asked")
    coordinator = models.CharField(max_length=100)
    due_on = models.DateField()
    cites = models.JSONField(default=list)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(state__in=QUESTION.states), name="question_state")]
        indexes = [
            models.Index(fields=["uscc", "-id"], name="questions_of_firm"),
            models.Index(fields=["id"], condition=Q(state="asked"), name="questions_open"),
        ]

    def __str__(self) -> str:
        return f"credit_question/{self.pk}"


class AeoWindow(models.Model):
    """A window of a customs office for certified firms (高级认证企业专窗): where, when and how it is reached, until it closes."""

    customs = models.CharField(max_length=4)
    place = models.CharField(max_length=100)
    hours = models.CharField(max_length=100)
    reach = models.CharField(max_length=100)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["customs", "id"], condition=Q(closed_at=None), name="aeo_windows_open")]

    def __str__(self) -> str:
        return f"aeo_window/{self.pk}"
