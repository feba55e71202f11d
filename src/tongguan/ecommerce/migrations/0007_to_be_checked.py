from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("ecommerce", "0006_surcharges")]

    operations = [
        # Officers begin with what has waited longest.
        migrations.AddIndex(
            "inventory",
            models.Index(
                condition=models.Q(("state__in", ("check", "suspended"))),
                fields=["judged_at", "id"],
                name="to_be_checked",
            ),
        ),
    ]
