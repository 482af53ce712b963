/* An open stage that lost too many of its people gets others, where the directory has them. */
#ifndef SERVICE_REFILLING_H
#define SERVICE_REFILLING_H

#include "service/approval_case.h"

/* Asks those whom the stage's selectors, else its fallback, mean now and who held no approval of it, where that makes enough; else the invoice stays stuck and is
 * looked at again. A directory that does not answer is no error. */
gboolean refilling_run(Session *session, const InvoiceRow *invoice, gint64 now, GError **error);

/* An approval of that group that was handed on, rather one in whose place nobody is; NULL: none was. */
const Approval *refilling_vacancy(const OpenStage *open, int group);

#endif
