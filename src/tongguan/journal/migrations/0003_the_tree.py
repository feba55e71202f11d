import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.db import migrations, models

from tongguan.journal.guards import append_only


class Migration(migrations.Migration):
    """The tree over the numbered events, its signed heads, and witnesses. The sequencer fills the tree when it next runs."""

    dependencies = [("journal", "0002_parts")]

    operations = [
        migrations.AddIndex("event", models.Index(fields=["what", "seq"], name="journal_of_kind")),
        migrations.AddIndex("event", models.Index(fields=["at"], name="journal_of_day")),
        migrations.CreateModel(
            "Node",
            [
                ("pk", models.CompositePrimaryKey("level", "place", blank=True, editable=False, primary_key=True, serialize=False)),
                ("level", models.SmallIntegerField()),
                ("place", models.BigIntegerField()),
                ("hash", models.BinaryField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("level__gt", 0), ("place__gte", 0)), name="journal_node_place"),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.Exact(django.db.models.functions.text.Length("hash"), 32),
                        name="journal_node_of_32_bytes",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            "LogKey",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("origin", models.TextField(unique=True)),
                ("public", models.BinaryField()),
                ("sealed", models.BinaryField()),
                ("made_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            "Checkpoint",
            [
                ("size", models.BigIntegerField(primary_key=True, serialize=False)),
                ("root", models.BinaryField()),
                ("note", models.TextField()),
                ("chain", models.BinaryField()),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            "Witness",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.TextField()),
                ("key", models.TextField(unique=True)),
                ("added_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            "Cosignature",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("line", models.TextField()),
                ("at", models.DateTimeField()),
                (
                    "checkpoint",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="cosignatures", to="journal.checkpoint"),
                ),
                ("witness", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="journal.witness")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("checkpoint", "witness"), name="cosigned_once")],
            },
        ),
        append_only("journal_node"),
        append_only("journal_logkey"),
        append_only("journal_checkpoint"),
        append_only("journal_cosignature"),
    ]
