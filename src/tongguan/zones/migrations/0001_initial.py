import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('ledgers', '0001_initial'),
        ('parties', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Book',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=30, unique=True)),
                ('area_code', models.CharField(max_length=18)),
                ('area_name', models.CharField(max_length=100)),
                ('customs_code', models.CharField(max_length=4)),
                ('opened', models.DateField()),
                ('valid_until', models.DateField()),
                ('state', models.CharField(db_default='active', default='active', max_length=10)),
                ('enterprise', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='books', to='parties.enterprise')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ('active', 'closed'))), name='book_state'), models.CheckConstraint(condition=models.Q(('valid_until__gte', models.F('opened'))), name='book_ends_after_it_opens')],
            },
        ),
        migrations.CreateModel(
            name='BookItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.IntegerField()),
                ('record_no', models.CharField(max_length=30)),
                ('gcode', models.CharField(max_length=10)),
                ('name', models.CharField(max_length=250)),
                ('unit', models.CharField(max_length=3)),
                ('legal_unit', models.CharField(max_length=3)),
                ('account', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='book_item', to='ledgers.account')),
                ('book', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='zones.book')),
            ],
            options={
                'indexes': [models.Index(fields=['gcode'], name='book_items_of_goods')],
                'constraints': [models.UniqueConstraint(fields=('book', 'record_no'), name='one_item_a_record_number'), models.UniqueConstraint(fields=('book', 'place'), name='one_item_a_place')],
            },
        ),
    ]
