/* Importing files and folders by hand: many documents, one after the other. A file may hold many (intake/pieces.h). */
#ifndef SERVICE_IMPORTING_H
#define SERVICE_IMPORTING_H

#include "service/take.h"

typedef struct {
	guint of[TAKE_REFUSED + 1]; /* by verdict */
} ImportCount;

/* Called for each document, in order, once its verdict is certain (committed). `done` of `total` files were opened by then. */
typedef void (*ImportVisit)(const char *file, const TakeResult *result, guint done, guint total, gpointer user_data);

typedef struct {
	const char *const *paths; /* NULL-ended */
	const char *via; /* the folder or mailbox that the documents came through, where that says whose they are (TakeOrigin); NULL */
	guint over;      /* a pile of old ones, which opens over so many working days (backlog.h); 0: at once */
	const GPtrArray *csv; /* of CsvMapping, borrowed; NULL: none */
	ImportVisit visit;
	gpointer user_data;
} ImportOrder;

/* ERROR_NOT_FOUND where a path is none; a file that cannot be read or is no invoice is a refused result. What was committed before an error stays. */
gboolean importing_run(Session *session, const ImportOrder *order, ImportCount *count, GError **error);

/* The same without a store. */
gboolean importing_rehearse(const ImportOrder *order, ImportCount *count, GError **error);

/* "Supplier/Number 1234.50 EUR", and the record of DESIGN.md 4. Owned by the caller. */
char *importing_label(const TakeResult *result);
Json *importing_record(const char *file, const TakeResult *result);

#endif
