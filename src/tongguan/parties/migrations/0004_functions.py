"""What each of a firm's people may do for it. Those who are here already go on doing everything."""

import django.contrib.postgres.fields
from django.db import migrations, models

FUNCTIONS = ["administrator", "declarant", "finance", "viewer"]
EVERY = ["administrator", "declarant", "finance"]


def as_before(apps, editor):
    apps.get_model("parties", "Membership").objects.filter(enterprise__isnull=False).update(functions=EVERY)


class Migration(migrations.Migration):
    dependencies = [("parties", "0003_sites")]

    operations = [
        migrations.AddField(
            "membership",
            "functions",
            django.contrib.postgres.fields.ArrayField(models.CharField(max_length=20), default=list, size=None),
        ),
        migrations.AddField("membership", "ended", models.DateTimeField(null=True)),
        migrations.RunPython(as_before, migrations.RunPython.noop),
        migrations.AddConstraint(
            "membership",
            models.CheckConstraint(condition=models.Q(functions__contained_by=FUNCTIONS), name="membership_functions"),
        ),
        migrations.AddConstraint(
            "membership",
            models.CheckConstraint(
                condition=models.Q(enterprise__isnull=False) | models.Q(functions=[]),
                name="membership_functions_of_a_firm",
            ),
        ),
    ]
