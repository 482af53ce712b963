/* What was not taken in of a file of many invoices: gathered in a hidden file in the watched folder, then put in failed/ beside it as NAME.rejected.json (or .csv),
 * with the reasons. What a crash leaves of it is never taken for an invoice, and overwritten the next time. */
#ifndef INTAKE_REST_H
#define INTAKE_REST_H

#include "intake/pieces.h"

#define REST_REASONS_MAX 1000 /* told; the others are counted */

typedef struct Rest Rest;

/* Errors as folder_read() has them. */
Rest *rest_open(const char *path, const PiecesForm *form, GError **error);
/* Without rest_finish() nothing of it stays. */
void rest_free(Rest *rest);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Rest, rest_free)

/* `raw` may be NULL: there is only a reason. */
gboolean rest_add(Rest *rest, GBytes *raw, const char *reason, GError **error);

/* One a line. Owned by the caller. */
char *rest_reasons(const Rest *rest);

/* Durably, as folder_file_failed(). */
gboolean rest_finish(Rest *rest, GError **error);

#endif
