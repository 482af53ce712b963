/* The documents in a file. Most files are one; a JSON file may hold many invoices, one after the other, each of which is a document of its own: the bytes of its object as
 * they stand there. A file that is one object is one document whole. So may a CSV file, as long as it likes (csv_pieces.h). One that is bad does not hide the others. */
#ifndef INTAKE_PIECES_H
#define INTAKE_PIECES_H

#include "config/csv_mapping.h"

typedef struct {
	GBytes *document; /* for intake_read(); NULL: it is none, and `reason` says why */
	char *reason;
	const char *syntax; /* what it was written in, where the document does not tell: "csv"; NULL */
	guint line;       /* where it begins, from 1; 0: it is the whole file */
	GBytes *raw;      /* of one among many: what to set aside where it is not taken */
} Piece;
void piece_clear(Piece *piece);

typedef struct Pieces Pieces;

/* Errors as folder_read() has them, and `trusted` as there. `csv`: GPtrArray of CsvMapping, borrowed; NULL: none. */
Pieces *pieces_open(const char *path, gboolean trusted, const GPtrArray *csv, GError **error);
void pieces_free(Pieces *pieces);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Pieces, pieces_free)

/* The next one, in the order of the file, into *piece, which is cleared by the caller. FALSE: that was all, or with an error the file cannot be read on. */
gboolean pieces_next(Pieces *pieces, Piece *piece, GError **error);

/* What a file of raw pieces begins with, has between two, and ends with, and what its name ends in (".json"); borrowed. */
typedef struct {
	const char *head, *between, *tail, *suffix;
} PiecesForm;
const PiecesForm *pieces_form(const Pieces *pieces);

#endif
