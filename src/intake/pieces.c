/* A file is read whole, and taken apart where it is a JSON file of many. */
#include "intake/pieces.h"

#include "base/error.h"
#include "config/json_records.h"
#include "intake/folder.h"
#include "intake/read.h"

#include <string.h>

struct Pieces {
	GBytes *bytes;    /* the file */
	GArray *slices;   /* of JsonSlice, in it; NULL: the file is one document */
	Problems *problems; /* with what stands around them */
	guint next;
};

static const PiecesForm json_form = {"[\n", ",\n", "\n]\n", ".json"};

void piece_clear(Piece *piece)
{
	g_clear_pointer(&piece->document, g_bytes_unref);
	g_clear_pointer(&piece->reason, g_free);
	g_clear_pointer(&piece->raw, g_bytes_unref);
}

void pieces_free(Pieces *pieces)
{
	if (!pieces)
		return;
	g_bytes_unref(pieces->bytes);
	g_clear_pointer(&pieces->slices, g_array_unref);
	g_clear_pointer(&pieces->problems, problems_free);
	g_free(pieces);
}

/* --- JSON --- */

/* One object, though it be broken somewhere in its lines. */
static gboolean is_single(const char *text, gsize length, const GArray *slices)
{
	const JsonSlice *first = slices->len ? &g_array_index(slices, JsonSlice, 0) : NULL;
	return first && !intake_is_json_list(text, length) && (slices->len == 1 || first->text[first->length - 1] != '}');
}

static void split_json(Pieces *pieces, const char *text, gsize length)
{
	g_autoptr(Problems) problems = problems_new();
	g_autoptr(GArray) slices = json_records_split(text, length, "", problems);
	if (is_single(text, length, slices))
		return;
	pieces->slices = g_steal_pointer(&slices);
	pieces->problems = g_steal_pointer(&problems);
}

static gboolean next_slice(Pieces *pieces, Piece *piece)
{
	if (pieces->next >= pieces->slices->len)
		return FALSE;
	const JsonSlice *slice = &g_array_index(pieces->slices, JsonSlice, pieces->next);
	const gsize offset = (gsize)(slice->text - (const char *)g_bytes_get_data(pieces->bytes, NULL));
	piece->document = g_bytes_new_from_bytes(pieces->bytes, offset, slice->length);
	piece->raw = g_bytes_ref(piece->document);
	piece->line = slice->line;
	return TRUE;
}

/* What is wrong around the records comes behind them; a file without any is refused as a whole. */
static gboolean next_problem(Pieces *pieces, Piece *piece)
{
	const guint place = pieces->next - pieces->slices->len, count = problems_count(pieces->problems);
	if (place < count) {
		const Problem *problem = problems_get(pieces->problems, place);
		piece->line = problem->line;
		piece->reason = g_strdup_printf("wanted %s", problem->wanted);
		return TRUE;
	}
	if (pieces->next > 0)
		return FALSE;
	piece->reason = g_strdup("a JSON list without an invoice in it");
	return TRUE;
}

/* --- the whole --- */

Pieces *pieces_open(const char *path, gboolean trusted, GError **error)
{
	g_autoptr(GBytes) bytes = folder_read(path, trusted, error);
	gsize length;
	if (!bytes)
		return NULL;
	Pieces *pieces = g_new0(Pieces, 1);
	const char *text = g_bytes_get_data(bytes, &length);
	pieces->bytes = g_steal_pointer(&bytes);
	if (intake_is_json(text, length))
		split_json(pieces, text, length);
	return pieces;
}

gboolean pieces_next(Pieces *pieces, Piece *piece, GError **error)
{
	gboolean found;
	(void)error;
	*piece = (Piece){0};
	if (pieces->slices)
		found = next_slice(pieces, piece) || next_problem(pieces, piece);
	else if ((found = pieces->next == 0))
		piece->document = g_bytes_ref(pieces->bytes);
	pieces->next += found ? 1 : 0;
	return found;
}

const PiecesForm *pieces_form(const Pieces *pieces)
{
	(void)pieces;
	return &json_form;
}
