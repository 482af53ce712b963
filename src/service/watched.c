/* A file is moved only once the store has committed what it held; what was taken before a crash is known when it is found again. */
#include "service/watched.h"

#include "base/clock.h"
#include "base/error.h"
#include "intake/folder.h"
#include "intake/rest.h"
#include "service/take.h"

/* A file in a watched folder is taken once nobody wrote to it for so long. */
#define SETTLE_S 2

#define BATCH_PIECES 200
#define BATCH_BYTES (16u << 20)

/* A file on its way in. */
typedef struct {
	Session *session;
	const char *path;
	gint64 now;
	Pieces *pieces;
	guint count, left; /* invoices that it holds; of them not taken in */
	Rest *rest;        /* these; NULL: there are none yet */
	char *reason;      /* of a file that is one document, or the first of the others; NULL: nothing is wrong */
	gboolean many;
	gboolean is_ours;  /* it could not be read for want of something of this machine */
} Watched;

static void watched_clear(Watched *watched)
{
	g_clear_pointer(&watched->pieces, pieces_free);
	g_clear_pointer(&watched->rest, rest_free);
	g_free(watched->reason);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Watched, watched_clear)

/* --- what is not taken --- */

static gboolean keep_rest(Watched *watched, const Piece *piece, const TakeResult *result, GError **error)
{
	g_autofree char *reason = g_strdup_printf("line %u: %s", piece->line, result->reason);
	if (!watched->rest && !(watched->rest = rest_open(watched->path, pieces_form(watched->pieces), error)))
		return FALSE;
	return rest_add(watched->rest, piece->raw, reason, error);
}

static gboolean note_result(Watched *watched, const Piece *piece, const TakeResult *result, GError **error)
{
	watched->count++;
	if (result->verdict != TAKE_REFUSED && result->verdict != TAKE_HELD)
		return TRUE;
	if (!watched->left++)
		watched->reason = piece->line ? g_strdup_printf("line %u: %s", piece->line, result->reason) : g_strdup(result->reason);
	return !piece->line || keep_rest(watched, piece, result, error);
}

/* --- taking in --- */

static gboolean take_next(Watched *watched, const Piece *piece, GError **error)
{
	g_autofree char *name = g_path_get_basename(watched->path), *folder = g_path_get_dirname(watched->path), *via = g_path_get_basename(folder);
	const TakeOrigin origin = {.source = "folder", .file = name, .via = via};
	TakeResult result = {0};
	gboolean ok = take_piece(watched->session, piece, &origin, watched->now, &result, error) && note_result(watched, piece, &result, error);
	watched->many |= piece->line > 0;
	watched->is_ours |= result.is_ours;
	take_result_clear(&result);
	return ok;
}

/* *more: FALSE where the file was read to its end. */
static gboolean take_batch(Watched *watched, gboolean *more, GError **error)
{
	g_autoptr(GError) failure = NULL;
	gsize bytes = 0;
	gboolean ok = TRUE;
	*more = TRUE;
	for (guint i = 0; ok && *more && i < BATCH_PIECES && bytes < BATCH_BYTES; i++) {
		Piece piece;
		*more = pieces_next(watched->pieces, &piece, &failure);
		bytes += piece.document ? g_bytes_get_size(piece.document) : 0;
		ok = *more ? take_next(watched, &piece, &failure) : failure == NULL;
		piece_clear(&piece);
	}
	if (failure)
		g_propagate_error(error, g_steal_pointer(&failure));
	return ok;
}

static gboolean take_pieces(Watched *watched, GError **error)
{
	for (gboolean more = TRUE; more;) {
		gboolean ok = store_begin(session_store(watched->session), error) && take_batch(watched, &more, error);
		if (!session_end(watched->session, ok, error))
			return FALSE;
	}
	return TRUE;
}

/* What cannot be read for good is refused; else it is tried again at the next pass. */
static gboolean take_file(Watched *watched, GError **error)
{
	g_autoptr(GError) unreadable = NULL;
	watched->pieces = pieces_open(watched->path, FALSE, session_settings(watched->session)->csv_mappings, &unreadable);
	if (watched->pieces)
		return take_pieces(watched, error);
	if (error_kind(unreadable) == ERROR_INVALID) {
		watched->reason = g_strdup(unreadable->message);
		watched->count = watched->left = 1;
		return TRUE;
	}
	g_propagate_error(error, g_steal_pointer(&unreadable));
	return FALSE;
}

/* --- putting aside --- */

static gboolean file_away(Watched *watched, GError **error)
{
	if (!watched->left)
		return folder_file_done(watched->path, error);
	if (!watched->many)
		return folder_file_failed(watched->path, watched->reason, error);
	if (watched->left == watched->count) {
		g_autofree char *reasons = rest_reasons(watched->rest);
		return folder_file_failed(watched->path, reasons, error);
	}
	return rest_finish(watched->rest, error) && folder_file_done(watched->path, error);
}

/* One file that cannot be read or moved is left where it is, for the next pass; it never holds up those after it. */
static gboolean take_one(Session *session, const char *path, gint64 now)
{
	g_autoptr(GError) failure = NULL;
	g_auto(Watched) watched = {.session = session, .path = path, .now = now};
	gboolean ok = take_file(&watched, &failure) && (watched.is_ours || file_away(&watched, &failure));
	if (!ok)
		g_warning("%s: %s", path, failure->message);
	else if (watched.reason && watched.many)
		g_warning("%s: %u of %u invoices not taken in: %s", path, watched.left, watched.count, watched.reason);
	else if (watched.reason)
		g_warning("%s: not taken in: %s", path, watched.reason);
	return ok && !watched.is_ours;
}

static gboolean take_ready(Session *session, const char *folder, gint64 now, guint *taken, GError **error)
{
	g_autoptr(GPtrArray) files = folder_ready(folder, clock_now(), SETTLE_S, error);
	for (guint i = 0; files && i < files->len; i++)
		*taken += take_one(session, files->pdata[i], now) ? 1 : 0;
	return files != NULL;
}

/* A folder below that cannot be read holds up neither the others nor the watched one. */
static gboolean take_folder(Session *session, const char *folder, gint64 now, guint *taken, GError **error)
{
	g_autoptr(GPtrArray) below = folder_folders(folder, error);
	for (guint i = 0; below && i < below->len; i++) {
		g_autoptr(GError) failure = NULL;
		if (!take_ready(session, below->pdata[i], now, taken, &failure))
			g_warning("%s", failure->message);
	}
	return below && take_ready(session, folder, now, taken, error);
}

gboolean take_folders(Session *session, gint64 now, guint *taken, GError **error)
{
	const GPtrArray *folders = session_settings(session)->intake_folders;
	*taken = 0;
	for (guint i = 0; folders && i < folders->len; i++)
		if (!take_folder(session, folders->pdata[i], now, taken, error))
			return FALSE;
	return TRUE;
}
