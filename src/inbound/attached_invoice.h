/* Whether a mail brings an invoice: by what its attachments are, not by what they say. Intake reads them. */
#ifndef INBOUND_ATTACHED_INVOICE_H
#define INBOUND_ATTACHED_INVOICE_H

#include "codec/mime_read.h"

/* An attached XML file whose outermost element is that of an invoice or credit note (UBL, CII, ZUGFeRD 1). */
gboolean attached_invoice_is_xml(const MimeEntity *mail);

/* An attached PDF. */
gboolean attached_invoice_is_pdf(const MimeEntity *mail);

/* Those attachments, of both kinds: GPtrArray of const MimeEntity *, in document order, at most ATTACHED_INVOICE_MAX. Owned by the caller. */
#define ATTACHED_INVOICE_MAX 50
GPtrArray *attached_invoice_parts(const MimeEntity *mail);

#endif
