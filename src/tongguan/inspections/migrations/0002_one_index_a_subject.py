from django.db import migrations, models


class Migration(migrations.Migration):
    """A subject is kept unique by one index; the second one, for LIKE, served no query."""

    dependencies = [("inspections", "0001_initial")]

    operations = [
        migrations.AlterField("check", "subject", models.TextField()),
        migrations.AddConstraint("check", models.UniqueConstraint(fields=("subject",), name="one_check_a_subject")),
    ]
