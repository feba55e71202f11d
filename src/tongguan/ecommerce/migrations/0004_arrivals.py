import django.contrib.postgres.fields
import django.db.models.deletion
import tongguan.ecommerce.models.messages
from django.db import migrations, models

from tongguan.journal.guards import append_only


class Migration(migrations.Migration):

    dependencies = [('ecommerce', '0003_lean'), ('parties', '0001_initial')]

    operations = [
        migrations.CreateModel(
            name='StatusReading',
            fields=[
                ('kind', models.CharField(max_length=15, primary_key=True, serialize=False)),
                ('tx', models.BigIntegerField(default=0)),
                ('receipt', models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='BillTally',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('operator_code', models.CharField(max_length=18)),
                ('customs_code', models.CharField(max_length=4)),
                ('bill_no', models.CharField(max_length=37)),
                ('voyage_no', models.CharField(max_length=32)),
                ('state', models.CharField(max_length=10)),
                ('arrived', models.IntegerField(default=0)),
                ('surplus', models.IntegerField(default=0)),
                ('awaited', models.IntegerField(default=0)),
                ('opened_at', models.DateTimeField()),
                ('reckoned_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(null=True)),
                ('closed_by', models.CharField(blank=True, default='', max_length=100)),
                ('enterprise', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.enterprise')),
            ],
        ),
        migrations.CreateModel(
            name='ArrivalList',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('state', models.CharField(max_length=10)),
                ('version', models.IntegerField(default=1)),
                ('app_time', models.CharField(max_length=14)),
                ('filed_at', models.DateTimeField()),
                ('operator_code', models.CharField(max_length=18)),
                ('number', models.CharField(help_text="the site's own number (copNo), or the guid without one", max_length=36)),
                ('pre_no', models.CharField(max_length=18)),
                ('rkd_no', models.CharField(help_text='rkdNo: given by us when it is declared', max_length=18, null=True, unique=True)),
                ('customs_code', models.CharField(max_length=4)),
                ('bill_no', models.CharField(max_length=37)),
                ('logistics_code', models.CharField(max_length=18)),
                ('dxp_id', models.CharField(blank=True, max_length=30)),
                ('status', models.CharField(help_text='the latest receipt', max_length=10)),
                ('lines', models.IntegerField(help_text='how many parcels it names')),
                ('enterprise', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.enterprise')),
                ('filing', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ecommerce.filing')),
                ('tally', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='lists', to='ecommerce.billtally')),
            ],
        ),
        migrations.CreateModel(
            name='ParcelStatus',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tx', models.BigIntegerField(db_default=tongguan.ecommerce.models.messages.TransactionNumber())),
                ('ebp_code', models.CharField(max_length=18)),
                ('order_no', models.CharField(max_length=60)),
                ('source', models.CharField(max_length=10)),
                ('status', models.CharField(max_length=10)),
                ('at', models.DateTimeField()),
                ('enterprise', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='parties.enterprise')),
            ],
        ),
        migrations.CreateModel(
            name='Subscription',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('dxp_id', models.CharField(max_length=30)),
                ('status', models.CharField(help_text='ALL | RET: what was asked for', max_length=4)),
                ('positions', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), null=True, size=None)),
                ('made_at', models.DateTimeField()),
                ('enterprise', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.enterprise')),
                ('message', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='subscriptions', to='ecommerce.message')),
            ],
        ),
        migrations.CreateModel(
            name='TalliedParcel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('gnum', models.IntegerField(help_text='its line in the list', null=True)),
                ('logistics_code', models.CharField(max_length=18)),
                ('logistics_no', models.CharField(max_length=60)),
                ('found', models.CharField(max_length=10)),
                ('arrived_at', models.DateTimeField(null=True)),
                ('arrival', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='parcels', to='ecommerce.arrivallist')),
                ('inventory', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ecommerce.inventory')),
                ('tally', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='parcels', to='ecommerce.billtally')),
            ],
        ),
        migrations.CreateModel(
            name='WaybillStatus',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('status', models.CharField(help_text='code list waybill_statuses', max_length=1)),
                ('verb', models.CharField(help_text='reported | changed | deleted', max_length=10)),
                ('happened_at', models.DateTimeField(help_text='when it happened, as the carrier says')),
                ('app_time', models.CharField(max_length=14)),
                ('filed_at', models.DateTimeField()),
                ('enterprise', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.enterprise')),
                ('waybill', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='statuses', to='ecommerce.waybill')),
            ],
        ),
        migrations.CreateModel(
            name='AllowedSubscriber',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('dxp_id', models.CharField(max_length=30)),
                ('allowed_at', models.DateTimeField()),
                ('allowed_by', models.CharField(max_length=100)),
                ('enterprise', models.ForeignKey(help_text='who allows', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.enterprise')),
                ('subscriber', models.ForeignKey(help_text='who is allowed', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.enterprise')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('enterprise', 'dxp_id'), name='one_permission_an_address')],
            },
        ),
        migrations.AddIndex(
            model_name='billtally',
            index=models.Index(fields=['bill_no', '-id'], name='ecommerce_b_bill_no_cf0d91_idx'),
        ),
        migrations.AddIndex(
            model_name='billtally',
            index=models.Index(fields=['enterprise', '-id'], name='ecommerce_b_enterpr_e2da2c_idx'),
        ),
        migrations.AddIndex(
            model_name='billtally',
            index=models.Index(condition=models.Q(('state', 'open')), fields=['reckoned_at'], name='tallies_to_reckon'),
        ),
        migrations.AddConstraint(
            model_name='billtally',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('enterprise', 'bill_no'), name='one_open_tally_a_bill'),
        ),
        migrations.AddConstraint(
            model_name='arrivallist',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'deleted'), _negated=True), fields=('operator_code', 'number'), name='one_arrival_list_a_number'),
        ),
        migrations.AddIndex(
            model_name='parcelstatus',
            index=models.Index(fields=['enterprise', 'tx', 'id'], name='statuses_in_order'),
        ),
        migrations.AddIndex(
            model_name='parcelstatus',
            index=models.Index(fields=['at'], name='ecommerce_p_at_5c6172_idx'),
        ),
        migrations.AddIndex(
            model_name='subscription',
            index=models.Index(fields=['message', 'enterprise'], name='ecommerce_s_message_e65667_idx'),
        ),
        migrations.AddIndex(
            model_name='subscription',
            index=models.Index(fields=['made_at'], name='ecommerce_s_made_at_718a3f_idx'),
        ),
        migrations.AddIndex(
            model_name='subscription',
            index=models.Index(fields=['dxp_id', 'message'], name='ecommerce_s_dxp_id_1ab41a_idx'),
        ),
        migrations.AddConstraint(
            model_name='subscription',
            constraint=models.UniqueConstraint(fields=('enterprise', 'message', 'dxp_id'), name='one_subscription_an_address'),
        ),
        migrations.AddIndex(
            model_name='talliedparcel',
            index=models.Index(fields=['tally', 'found', 'id'], name='parcels_of_tally'),
        ),
        migrations.AddIndex(
            model_name='talliedparcel',
            index=models.Index(fields=['logistics_no', 'logistics_code'], name='parcel_by_waybill'),
        ),
        migrations.AddConstraint(
            model_name='talliedparcel',
            constraint=models.UniqueConstraint(fields=('tally', 'logistics_code', 'logistics_no'), name='one_parcel_a_tally'),
        ),
        migrations.AddIndex(
            model_name='waybillstatus',
            index=models.Index(fields=['waybill', 'id'], name='statuses_of_waybill'),
        ),
        migrations.RunSQL('CREATE SEQUENCE ecommerce_rkd_no', 'DROP SEQUENCE ecommerce_rkd_no'),
        append_only('ecommerce_waybillstatus'),
    ]
