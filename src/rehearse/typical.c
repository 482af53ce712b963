/* Measured as `report latency` does it: from the approval's beginning to its end, in the approver's calendar of today. */
#include "rehearse/typical.h"

#include "people/people.h"

struct Typical {
	GHashTable *samples; /* directory id -> GArray of gint64, sorted once loaded */
	GArray *all;         /* likewise */
};

/* Someone whose approvals are measured. */
typedef struct {
	Calendar *calendar; /* borrowed from the policy */
	GArray *samples;    /* borrowed */
} Measured;

typedef struct {
	Session *session;
	const Policy *policy;
	Typical *typical;
	GHashTable *people; /* opaque id and administration -> Measured */
	GError *failure;
} Loading;

void typical_free(Typical *typical)
{
	if (!typical)
		return;
	g_hash_table_unref(typical->samples);
	g_array_unref(typical->all);
	g_free(typical);
}

static GArray *samples_of(Typical *typical, const char *directory_id)
{
	GArray *samples = g_hash_table_lookup(typical->samples, directory_id);
	if (!samples) {
		samples = g_array_new(FALSE, FALSE, sizeof(gint64));
		g_hash_table_insert(typical->samples, g_strdup(directory_id), samples);
	}
	return samples;
}

static Measured *measured_person(Loading *loading, const char *id, const char *administration)
{
	g_autofree char *key = g_strconcat(id, "\n", administration, NULL);
	Measured *measured = g_hash_table_lookup(loading->people, key);
	if (measured)
		return measured;
	g_autoptr(PersonRow) row = store_person(session_store(loading->session), id, &loading->failure);
	if (!row)
		return NULL;
	measured = g_new0(Measured, 1);
	measured->calendar = people_calendar(loading->session, loading->policy, administration, row->person);
	measured->samples = samples_of(loading->typical, row->person->directory_id ? row->person->directory_id : id);
	g_hash_table_insert(loading->people, g_steal_pointer(&key), measured);
	return measured;
}

static gboolean add_span(const ApprovalSpan *span, gpointer user_data)
{
	Loading *loading = user_data;
	if (span->state != APPROVAL_APPROVED && span->state != APPROVAL_REJECTED)
		return TRUE;
	const Measured *measured = measured_person(loading, span->person, span->administration);
	if (!measured)
		return FALSE;
	const gint64 seconds = calendar_working_seconds_between(measured->calendar, span->opened, span->closed);
	g_array_append_val(measured->samples, seconds);
	g_array_append_val(loading->typical->all, seconds);
	return TRUE;
}

static gint compare_seconds(gconstpointer a, gconstpointer b)
{
	const gint64 first = *(const gint64 *)a, second = *(const gint64 *)b;
	return first < second ? -1 : first > second;
}

static void sort_samples(gpointer key, gpointer value, gpointer user_data)
{
	(void)key;
	(void)user_data;
	g_array_sort(value, compare_seconds);
}

Typical *typical_load(Session *session, GError **error)
{
	g_autoptr(Typical) typical = g_new0(Typical, 1);
	typical->samples = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_array_unref);
	typical->all = g_array_new(FALSE, FALSE, sizeof(gint64));
	g_autoptr(GHashTable) people = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	Loading loading = {session, session_policy(session, NULL, error), typical, people, NULL};
	if (!loading.policy || !store_approval_spans(session_store(session), add_span, &loading, error))
		return NULL;
	if (loading.failure) {
		g_propagate_error(error, loading.failure);
		return NULL;
	}
	g_hash_table_foreach(typical->samples, sort_samples, NULL);
	sort_samples(NULL, typical->all, NULL);
	return g_steal_pointer(&typical);
}

static gint64 median(const GArray *sorted)
{
	return sorted->len ? g_array_index(sorted, gint64, (sorted->len - 1) / 2) : -1;
}

gint64 typical_seconds(const Typical *typical, const char *directory_id)
{
	const GArray *own = g_hash_table_lookup(typical->samples, directory_id);
	return median(own && own->len ? own : typical->all);
}
