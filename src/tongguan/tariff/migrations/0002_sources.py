"""Several sources beside each other; code lists that were loaded.

The lines go and are loaded anew by the next ``tongguan up``: a new layout gives the same files another digest.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('tariff', '0001_initial')]

    operations = [
        migrations.DeleteModel('Rate'),
        migrations.DeleteModel('Line'),
        migrations.CreateModel(
            name='CodeTable',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60)),
                ('as_of', models.DateField(help_text='The day the table was published, or seen.')),
                ('title', models.JSONField()),
                ('reference', models.JSONField()),
                ('complete', models.BooleanField(default=False, help_text='Whether the table is known to hold every code.')),
                ('digest', models.CharField(max_length=64)),
                ('codes', models.JSONField(help_text='The codes in the order of the table.')),
                ('changes', models.JSONField(help_text='What this load added, changed and removed.')),
                ('loaded_at', models.DateTimeField()),
                ('loaded_by', models.CharField(max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name='Instrument',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=300)),
                ('href', models.CharField(blank=True, max_length=300)),
                ('standing', models.CharField(max_length=10)),
                ('note', models.TextField(blank=True)),
            ],
        ),
        migrations.CreateModel(
            name='Line',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=200)),
                ('code', models.CharField(max_length=10)),
                ('zh', models.CharField(blank=True, max_length=300)),
                ('en', models.CharField(blank=True, max_length=300)),
                ('unit1', models.CharField(blank=True, max_length=3)),
                ('unit2', models.CharField(blank=True, max_length=3)),
                ('letters', models.CharField(blank=True, max_length=40)),
                ('since', models.DateField()),
                ('until', models.DateField(blank=True, null=True)),
                ('listings', models.JSONField(default=list, help_text='When the positive list has the code, with its notes.')),
                ('remark', models.CharField(blank=True, max_length=500)),
                ('elements', models.JSONField(default=list, help_text='What a declaration must tell of the goods.')),
            ],
        ),
        migrations.CreateModel(
            name='Rate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=11)),
                ('since', models.DateField()),
                ('until', models.DateField(blank=True, null=True)),
                ('formula', models.JSONField(blank=True, null=True)),
            ],
        ),
        migrations.AddField(
            model_name='edition',
            name='report',
            field=models.JSONField(default=dict, help_text='What became of every row that was read, and what was doubted.'),
        ),
        migrations.AddField(
            model_name='edition',
            name='since',
            field=models.DateField(blank=True, help_text='The first day a table of the whole tariff is for.', null=True),
        ),
        migrations.AddField(
            model_name='edition',
            name='until',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='edition',
            name='withdrawn',
            field=models.BooleanField(default=False),
        ),
        migrations.AddIndex(
            model_name='edition',
            index=models.Index(fields=['source', '-id'], name='edition_of_source'),
        ),
        migrations.AddIndex(
            model_name='codetable',
            index=models.Index(fields=['name', 'as_of', '-id'], name='codes_of_list'),
        ),
        migrations.AddConstraint(
            model_name='instrument',
            constraint=models.UniqueConstraint(fields=('title', 'href', 'standing', 'note'), name='instrument_once'),
        ),
        migrations.AddConstraint(
            model_name='line',
            constraint=models.UniqueConstraint(fields=('source', 'code'), name='line_once_a_source'),
        ),
        migrations.AddConstraint(
            model_name='line',
            constraint=models.CheckConstraint(condition=models.Q(('code__regex', '^[0-9]{10}$')), name='line_code_ten_digits'),
        ),
        migrations.AddConstraint(
            model_name='line',
            constraint=models.CheckConstraint(condition=models.Q(('until', None), ('until__gte', models.F('since')), _connector='OR'), name='line_days_in_order'),
        ),
        migrations.AddConstraint(
            model_name='line',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('zh', ''), _negated=True), models.Q(('en', ''), _negated=True), _connector='OR'), name='line_has_a_name'),
        ),
        migrations.AddField(
            model_name='rate',
            name='instrument',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tariff.instrument'),
        ),
        migrations.AddField(
            model_name='rate',
            name='line',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='rates', to='tariff.line'),
        ),
        migrations.AddConstraint(
            model_name='rate',
            constraint=models.UniqueConstraint(fields=('line', 'kind', 'since'), name='rate_once_a_day'),
        ),
        migrations.AddConstraint(
            model_name='rate',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['mfn', 'general', 'provisional', 'vat', 'consumption', 'export'])), name='rate_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='rate',
            constraint=models.CheckConstraint(condition=models.Q(('until', None), ('until__gte', models.F('since')), _connector='OR'), name='rate_days_in_order'),
        ),
    ]
