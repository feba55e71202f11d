"""A grade says which customs office gave it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("credit", "0004_serving")]

    operations = [
        migrations.AddField(
            model_name="grade",
            name="customs",
            field=models.CharField(blank=True, db_default="", default="", max_length=4),
        ),
    ]
