/* Decisions that a rehearsal is to suppose: JSON objects, one a line or all in one array: {"at","invoice":"SUPPLIER/NUMBER","as":"uid","decision":"approve|reject"}. */
#ifndef REHEARSE_FORESEEN_H
#define REHEARSE_FORESEEN_H

#include "base/instant.h"

typedef struct {
	gint64 at;
	char *invoice; /* SUPPLIER/NUMBER, or a short id of the record */
	char *person;  /* uid */
	gboolean rejects;
	guint line;
} ForeseenDecision;

/* GPtrArray of ForeseenDecision, by time, else in the order of the file; owned by the caller. NULL where the file cannot be read (ERROR_NOT_FOUND …) or anything in
 * it is wrong (ERROR_INVALID with every finding, one a line). */
GPtrArray *foreseen_read(const char *path, GError **error);

#endif
