/* How long approvals took: gathers samples by group and works out their percentiles. All samples are kept (24 bytes
 * each), since a nearest-rank percentile is one of them and the total's cannot be had from the groups'. */
#include "report/latency.h"

#include <string.h>

#include "report/latency_row.h"

typedef struct {
	gint64 elapsed_s;
	gint64 working_s;
	gint64 net_s;
} Sample;

typedef struct {
	char *name;
	char *sort_key;
	GArray *samples; /* Sample */
	guint late;
	gint64 held_s, asking_s;
	guint open;
	guint open_late;
	gint64 oldest_open_s;
} Group;

struct LatencyReport {
	GHashTable *groups; /* name -> Group */
};

static void group_free(gpointer data)
{
	Group *group = data;
	g_free(group->name);
	g_free(group->sort_key);
	g_array_unref(group->samples);
	g_free(group);
}

LatencyReport *latency_report_new(void)
{
	LatencyReport *report = g_new0(LatencyReport, 1);
	report->groups = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, group_free);
	return report;
}

void latency_report_free(LatencyReport *report)
{
	if (!report)
		return;
	g_hash_table_unref(report->groups);
	g_free(report);
}

static Group *find_group(LatencyReport *report, const char *name)
{
	const char *key = name ? name : "";
	Group *group = g_hash_table_lookup(report->groups, key);
	if (group)
		return group;
	group = g_new0(Group, 1);
	group->name = g_strdup(key);
	g_autofree char *valid = g_utf8_make_valid(key, -1);
	group->sort_key = g_utf8_casefold(valid, -1);
	group->samples = g_array_new(FALSE, FALSE, sizeof(Sample));
	g_hash_table_insert(report->groups, group->name, group);
	return group;
}

void latency_report_add(LatencyReport *report, const char *group, gint64 elapsed_s, gint64 working_s, gboolean late)
{
	latency_report_add_sample(report, group, &(LatencySample){.elapsed_s = elapsed_s, .working_s = working_s, .late = late});
}

void latency_report_add_sample(LatencyReport *report, const char *group, const LatencySample *sample)
{
	Group *target = find_group(report, group);
	const gint64 working_s = MAX(sample->working_s, 0), held_s = MAX(sample->held_s, 0), asking_s = MAX(sample->asking_s, 0);
	const Sample kept = {.elapsed_s = MAX(sample->elapsed_s, 0), .working_s = working_s, .net_s = MAX(working_s - held_s - asking_s, 0)};
	g_array_append_val(target->samples, kept);
	target->late += sample->late ? 1 : 0;
	target->held_s += held_s;
	target->asking_s += asking_s;
}

void latency_report_add_open(LatencyReport *report, const char *group, gint64 age_s, gboolean late)
{
	Group *target = find_group(report, group);
	target->open++;
	target->open_late += late ? 1 : 0;
	target->oldest_open_s = MAX(target->oldest_open_s, age_s);
}

static gint compare_groups(gconstpointer a, gconstpointer b)
{
	const Group *first = *(Group *const *)a, *second = *(Group *const *)b;
	const int order = strcmp(first->sort_key, second->sort_key);
	return order != 0 ? order : strcmp(first->name, second->name);
}

static gint compare_seconds(gconstpointer a, gconstpointer b)
{
	const gint64 first = *(const gint64 *)a, second = *(const gint64 *)b;
	return (first > second) - (first < second);
}

/* The least sample that is not below `percent` of them; n > 0, ascending. */
static gint64 nearest_rank(const gint64 *sorted, guint n, guint percent)
{
	const guint64 rank = ((guint64)n * percent + 99) / 100;
	return sorted[MAX(rank, 1) - 1];
}

static Spread spread_of(GArray *seconds)
{
	if (seconds->len == 0)
		return (Spread){0};
	g_array_sort(seconds, compare_seconds);
	const gint64 *sorted = (const gint64 *)(gpointer)seconds->data;
	const guint n = seconds->len;
	return (Spread){
		.median_s = nearest_rank(sorted, n, 50),
		.p90_s = nearest_rank(sorted, n, 90),
		.p95_s = nearest_rank(sorted, n, 95),
		.max_s = sorted[n - 1],
	};
}

/* One row over groups[0..count-1]. */
static LatencyRow make_row(Group *const *groups, guint count, const char *name)
{
	LatencyRow row = {.group = name};
	g_autoptr(GArray) elapsed = g_array_new(FALSE, FALSE, sizeof(gint64));
	g_autoptr(GArray) working = g_array_new(FALSE, FALSE, sizeof(gint64));
	g_autoptr(GArray) net = g_array_new(FALSE, FALSE, sizeof(gint64));
	for (guint i = 0; i < count; i++) {
		for (guint k = 0; k < groups[i]->samples->len; k++) {
			const Sample *sample = &g_array_index(groups[i]->samples, Sample, k);
			g_array_append_val(elapsed, sample->elapsed_s);
			g_array_append_val(working, sample->working_s);
			g_array_append_val(net, sample->net_s);
		}
		row.late += groups[i]->late;
		row.held_s += groups[i]->held_s;
		row.asking_s += groups[i]->asking_s;
		row.open += groups[i]->open;
		row.open_late += groups[i]->open_late;
		row.oldest_open_s = MAX(row.oldest_open_s, groups[i]->oldest_open_s);
	}
	row.count = elapsed->len;
	row.elapsed = spread_of(elapsed);
	row.working = spread_of(working);
	row.net = spread_of(net);
	return row;
}

static GArray *make_rows(const LatencyReport *report, gboolean only_total)
{
	g_autoptr(GPtrArray) groups = g_ptr_array_new();
	GHashTableIter iter;
	gpointer group;
	g_hash_table_iter_init(&iter, report->groups);
	while (g_hash_table_iter_next(&iter, NULL, &group))
		g_ptr_array_add(groups, group);
	g_ptr_array_sort(groups, compare_groups);

	GArray *rows = g_array_new(FALSE, FALSE, sizeof(LatencyRow));
	Group *const *sorted = (Group *const *)groups->pdata;
	for (guint i = 0; !only_total && i < groups->len; i++) {
		const LatencyRow row = make_row(sorted + i, 1, sorted[i]->name);
		g_array_append_val(rows, row);
	}
	const LatencyRow total = make_row(sorted, groups->len, NULL);
	g_array_append_val(rows, total);
	return rows;
}

char *latency_report_format(LatencyReport *report, const char *title, ReportFormat format)
{
	g_autoptr(GArray) rows = make_rows(report, !*title);
	const LatencyRow *first = (const LatencyRow *)(gpointer)rows->data;
	GString *out = g_string_new(NULL);
	switch (format) {
	case REPORT_TEXT:
		latency_rows_append_text(out, first, rows->len, title);
		break;
	case REPORT_CSV:
		latency_rows_append_csv(out, first, rows->len, title);
		break;
	case REPORT_JSON:
		latency_rows_append_json(out, first, rows->len);
		break;
	}
	return g_string_free(out, FALSE);
}
