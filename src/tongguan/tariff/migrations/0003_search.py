"""Commodity codes are found by pairs of characters; lines that were loaded before get theirs here."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models

from tongguan.tariff.words import kept

MANY = 1000


def fill(apps, schema_editor):
    """Give each line what it is found by."""
    Line = apps.get_model('tariff', 'Line')
    rows = []
    for row in Line.objects.only('id', 'zh', 'en').iterator(MANY):
        row.names, row.initials, row.grams = kept(row.zh, row.en)
        rows.append(row)
        if len(rows) == MANY:
            Line.objects.bulk_update(rows, ['names', 'initials', 'grams'])
            rows = []
    Line.objects.bulk_update(rows, ['names', 'initials', 'grams'])


class Migration(migrations.Migration):

    dependencies = [('tariff', '0002_sources')]

    operations = [
        migrations.AddField(
            model_name='line',
            name='names',
            field=models.TextField(default='', help_text='Both names as the search compares them.'),
        ),
        migrations.AddField(
            model_name='line',
            name='initials',
            field=models.CharField(default='', help_text='The first letters of the pinyin of the Chinese name.', max_length=300),
        ),
        migrations.AddField(
            model_name='line',
            name='grams',
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.TextField(), default=list,
                help_text='The pairs of characters in names and initials, by which lines are found.', size=None,
            ),
        ),
        migrations.AddIndex(
            model_name='line',
            index=models.Index(fields=['code'], name='line_of_code'),
        ),
        migrations.AddIndex(
            model_name='line',
            index=django.contrib.postgres.indexes.GinIndex(fastupdate=False, fields=['grams'], name='line_grams'),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
