import django.db.models.deletion
from django.db import migrations, models

STORAGE = "ALTER TABLE ecommerce_message ALTER sealed SET STORAGE {0}, ALTER documents SET STORAGE {0}"


class Migration(migrations.Migration):
    """What is sealed is not compressed a second time: it gets no smaller. A firm's messages need one index, not two."""

    dependencies = [("ecommerce", "0007_to_be_checked"), ("parties", "0008_mandates")]

    operations = [
        migrations.RunSQL(STORAGE.format("EXTERNAL"), STORAGE.format("EXTENDED")),
        migrations.AlterField(
            "message",
            "enterprise",
            models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="parties.enterprise",
            ),
        ),
    ]
