from django.db import migrations, models


class Migration(migrations.Migration):
    """A name is kept unique by one index; the second one, for LIKE, cost every new account and served no query."""

    dependencies = [("ledgers", "0001_initial")]

    operations = [
        migrations.AlterField("account", "name", models.TextField()),
        migrations.AddConstraint("account", models.UniqueConstraint(fields=("name",), name="one_account_a_name")),
    ]
