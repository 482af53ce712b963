/* Files are read outside the transaction and recorded in batches; a verdict is told once its batch is committed. */
#include "service/importing.h"

#include "base/error.h"
#include "base/text.h"
#include "intake/folder.h"
#include "intake/pieces.h"
#include "intake/record.h"
#include "service/backlog.h"

#define BATCH_PIECES 200
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

/* What became of one piece, to be told once that is certain. */
typedef struct {
	guint file; /* its place in the files */
	TakeResult result;
} Told;

static void told_clear(gpointer told)
{
	take_result_clear(&((Told *)told)->result);
}

typedef struct {
	Session *session;
	const ImportOrder *order;
	const GPtrArray *files;
	const GArray *opens; /* of gint64, one a piece; NULL: all at once */
	guint file, piece;   /* the place of the next one */
	Pieces *pieces;      /* of the file before; NULL: the next is to be opened */
	gint64 now;
	GArray *told; /* of Told */
	ImportCount *count;
} Batch;

static void batch_clear(Batch *batch)
{
	g_clear_pointer(&batch->told, g_array_unref);
	g_clear_pointer(&batch->pieces, pieces_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Batch, batch_clear)

static void batch_init(Batch *batch)
{
	batch->told = g_array_new(FALSE, FALSE, sizeof(Told));
	g_array_set_clear_func(batch->told, told_clear);
}

static void tell_batch(Batch *batch)
{
	for (guint i = 0; i < batch->told->len; i++) {
		const Told *told = &g_array_index(batch->told, Told, i);
		batch->count->of[told->result.verdict]++;
		batch->order->visit(batch->files->pdata[told->file], &told->result, told->file + 1, batch->files->len, batch->order->user_data);
	}
	g_array_set_size(batch->told, 0);
}

static void add_refused(Batch *batch, const GError *failure)
{
	const Told told = {batch->file - 1, {.verdict = TAKE_REFUSED, .reason = g_strdup(failure->message)}};
	g_array_append_val(batch->told, told);
}

/* The next piece of any file. What cannot be read is told as refused. FALSE: that was all. */
static gboolean next_piece(Batch *batch, Piece *piece)
{
	for (;;) {
		g_autoptr(GError) failure = NULL;
		if (batch->pieces && pieces_next(batch->pieces, piece, &failure))
			return TRUE;
		if (failure)
			add_refused(batch, failure);
		g_clear_error(&failure);
		g_clear_pointer(&batch->pieces, pieces_free);
		if (batch->file >= batch->files->len)
			return FALSE;
		batch->pieces = pieces_open(batch->files->pdata[batch->file++], TRUE, batch->order->csv, &failure);
		if (!batch->pieces)
			add_refused(batch, failure);
	}
}

static gboolean take_next(Batch *batch, const Piece *piece, GError **error)
{
	const char *path = batch->files->pdata[batch->file - 1];
	const guint place = batch->piece++;
	const gint64 opens = batch->opens && place < batch->opens->len ? g_array_index(batch->opens, gint64, place) : 0;
	const TakeOrigin origin = {.source = "import", .file = path, .via = batch->order->via, .opens = opens};
	Told told = {.file = batch->file - 1};
	gboolean ok = TRUE;
	if (batch->session)
		ok = take_piece(batch->session, piece, &origin, batch->now, &told.result, error);
	else
		take_piece_rehearse(piece, &told.result);
	g_array_append_val(batch->told, told);
	if (!ok)
		g_prefix_error(error, "%s: ", path);
	return ok;
}

/* *more: FALSE where there is nothing left. */
static gboolean take_batch(Batch *batch, gboolean *more, GError **error)
{
	gsize bytes = 0;
	gboolean ok = TRUE;
	while (ok && batch->told->len < BATCH_PIECES && bytes < BATCH_BYTES) {
		Piece piece;
		if (!(*more = next_piece(batch, &piece)))
			break;
		bytes += piece.document ? g_bytes_get_size(piece.document) : 0;
		ok = take_next(batch, &piece, error);
		piece_clear(&piece);
	}
	return ok;
}

gboolean importing_run(Session *session, const ImportOrder *order, ImportCount *count, GError **error)
{
	g_autoptr(GPtrArray) files = all_files(order->paths, error);
	gint64 now = session_now(session);
	g_autoptr(GArray) opens = files && order->over ? backlog_plan(session, files, order->over, now, error) : NULL;
	if (!files || (order->over && !opens))
		return FALSE;
	g_auto(Batch) batch = {.session = session, .order = order, .files = files, .opens = opens, .now = now, .count = count};
	batch_init(&batch);
	for (gboolean more = TRUE; more;) {
		gboolean ok = store_begin(session_store(session), error) && take_batch(&batch, &more, error);
		if (!session_end(session, ok, error))
			return FALSE;
		tell_batch(&batch);
	}
	return TRUE;
}

gboolean importing_rehearse(const ImportOrder *order, ImportCount *count, GError **error)
{
	g_autoptr(GPtrArray) files = all_files(order->paths, error);
	g_auto(Batch) batch = {.order = order, .files = files, .count = count};
	batch_init(&batch);
	for (gboolean more = files != NULL; more; tell_batch(&batch))
		take_batch(&batch, &more, NULL);
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
	if (result->line)
		js_object_set_integer(record, "line", result->line);
	if (result->opens)
		js_object_set_instant(record, "opens", result->opens);
	return record;
}
