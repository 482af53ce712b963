/* Files are read outside the transaction and recorded in batches; a verdict is told once its batch is committed. */
#include "service/importing.h"

#include "base/error.h"
#include "base/text.h"
#include "intake/folder.h"
#include "intake/record.h"
#include "service/backlog.h"

#define BATCH_FILES 200
#define BATCH_BYTES (16u << 20)

static GPtrArray *all_files(const char *const *paths, GError **error)
{
	g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func(g_free);
	for (; *paths; paths++) {
		g_autoptr(GPtrArray) some = folder_files(*paths, error);
		if (!some)
			return NULL;
		for (guint i = 0; i < some->len; i++)
			g_ptr_array_add(files, g_strdup(some->pdata[i]));
	}
	return g_steal_pointer(&files);
}

/* The bytes, or a refused result where they cannot be had. */
static GBytes *read_file(const char *path, TakeResult *result)
{
	g_autoptr(GError) failure = NULL;
	GBytes *bytes = folder_read(path, TRUE, &failure);
	if (!bytes) {
		result->verdict = TAKE_REFUSED;
		result->reason = g_strdup(failure->message);
	}
	return bytes;
}

typedef struct {
	const GPtrArray *files;
	const char *via;
	guint first; /* of the batch, in files */
	const GArray *opens; /* of gint64, one a file; NULL: all at once */
	GArray *results; /* of TakeResult */
	ImportVisit visit;
	gpointer user_data;
	ImportCount *count;
} Batch;

static void clear_result(gpointer result)
{
	take_result_clear(result);
}

static void tell_batch(Batch *batch)
{
	for (guint i = 0; i < batch->results->len; i++) {
		const TakeResult *result = &g_array_index(batch->results, TakeResult, i);
		batch->count->of[result->verdict]++;
		batch->visit(batch->files->pdata[batch->first + i], result, batch->first + i + 1, batch->files->len, batch->user_data);
	}
	batch->first += batch->results->len;
	g_array_set_size(batch->results, 0);
}

static gboolean take_batch(Session *session, Batch *batch, gint64 now, GError **error)
{
	gsize bytes_taken = 0;
	for (guint i = batch->first; i < batch->files->len && i < batch->first + BATCH_FILES && bytes_taken < BATCH_BYTES; i++) {
		const char *path = batch->files->pdata[i];
		TakeResult result = {0};
		g_autoptr(GBytes) bytes = read_file(path, &result);
		bytes_taken += bytes ? g_bytes_get_size(bytes) : 0;
		const TakeOrigin origin = {"import", path, batch->via, batch->opens ? g_array_index(batch->opens, gint64, i) : 0};
		gboolean ok = !bytes || take_document(session, bytes, &origin, now, &result, error);
		g_array_append_val(batch->results, result);
		if (!ok) {
			g_prefix_error(error, "%s: ", path);
			return FALSE;
		}
	}
	return TRUE;
}

gboolean importing_run(Session *session, const ImportOrder *order, ImportCount *count, GError **error)
{
	g_autoptr(GPtrArray) files = all_files(order->paths, error);
	gint64 now = session_now(session);
	g_autoptr(GArray) opens = files && order->over ? backlog_plan(session, files, order->over, now, error) : NULL;
	if (!files || (order->over && !opens))
		return FALSE;
	g_autoptr(GArray) results = g_array_new(FALSE, FALSE, sizeof(TakeResult));
	g_array_set_clear_func(results, clear_result);
	Batch batch = {files, order->via, 0, opens, results, order->visit, order->user_data, count};
	while (batch.first < files->len) {
		gboolean ok = store_begin(session_store(session), error) && take_batch(session, &batch, now, error);
		if (!session_end(session, ok, error))
			return FALSE;
		tell_batch(&batch);
	}
	return TRUE;
}

gboolean importing_rehearse(const char *const *paths, ImportVisit visit, gpointer user_data, ImportCount *count, GError **error)
{
	g_autoptr(GPtrArray) files = all_files(paths, error);
	for (guint i = 0; files && i < files->len; i++) {
		TakeResult result = {0};
		g_autoptr(GBytes) bytes = read_file(files->pdata[i], &result);
		if (bytes)
			take_rehearse(bytes, &result);
		count->of[result.verdict]++;
		visit(files->pdata[i], &result, i + 1, files->len, user_data);
		take_result_clear(&result);
	}
	return files != NULL;
}

char *importing_label(const TakeResult *result)
{
	const InvoiceFacts *facts = result->facts;
	if (!facts)
		return g_strdup("?");
	g_autofree char *gross = decimal_format(facts->has_gross ? facts->gross : facts->payable, 0);
	g_autofree char *label = g_strdup_printf("%s/%s %s %s", facts->supplier.name ? facts->supplier.name : "?",
	                                         facts->number ? facts->number : "?", gross, facts->currency ? facts->currency : "?");
	return text_clean_line(label);
}

Json *importing_record(const char *file, const TakeResult *result)
{
	Json *record = result->facts ? intake_record(result->facts) : js_object_new();
	intake_record_set_verdict(record, file, take_verdict_name(result->verdict), result->reason);
	if (result->opens)
		js_object_set_instant(record, "opens", result->opens);
	return record;
}
