import django.db.models.deletion
from django.db import migrations, models

# Blocks of days instead of rows: a few kilobytes for millions, and next to nothing when a row is added.
BY_DAY = "CREATE INDEX ecommerce_{0}_by_day ON ecommerce_{0} USING brin (filed_at) WITH (pages_per_range = 64)"
NO_MORE = "DROP INDEX ecommerce_{0}_by_day"


class Migration(migrations.Migration):

    dependencies = [("ecommerce", "0004_arrivals")]

    operations = [
        migrations.CreateModel(
            name='RiskFinding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('pattern', models.CharField(help_text='address | telephone | goods | payer', max_length=10)),
                ('digest', models.BinaryField(max_length=16)),
                ('gcode', models.CharField(blank=True, default='', max_length=10)),
                ('first_day', models.DateField()),
                ('last_day', models.DateField()),
                ('most', models.IntegerField()),
                ('count', models.IntegerField()),
                ('parcels', models.IntegerField(help_text='parcels of the group in the window')),
                ('state', models.CharField(default='open', max_length=10)),
                ('found_at', models.DateTimeField()),
                ('seen_at', models.DateTimeField(help_text='when the window last showed it')),
                ('decided_at', models.DateTimeField(null=True)),
                ('decided_by', models.CharField(blank=True, default='', max_length=100)),
                ('reason', models.CharField(blank=True, default='', max_length=500)),
            ],
        ),
        migrations.CreateModel(
            name='RiskParcel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('finding', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='behind', to='ecommerce.riskfinding')),
                ('inventory', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ecommerce.inventory')),
            ],
        ),
        migrations.AddIndex(
            model_name='riskfinding',
            index=models.Index(fields=['digest'], name='ecommerce_r_digest_4b47ad_idx'),
        ),
        migrations.AddIndex(
            model_name='riskfinding',
            index=models.Index(fields=['state', '-id'], name='ecommerce_r_state_090b7e_idx'),
        ),
        migrations.AddConstraint(
            model_name='riskfinding',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('digest', 'pattern', 'gcode'), name='one_open_finding_a_group'),
        ),
        migrations.AddConstraint(
            model_name='riskparcel',
            constraint=models.UniqueConstraint(fields=('finding', 'inventory'), name='parcel_once_a_finding'),
        ),
        *(migrations.RunSQL(BY_DAY.format(table), NO_MORE.format(table)) for table in ("order", "payment", "inventory")),
    ]
