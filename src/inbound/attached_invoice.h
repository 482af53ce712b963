/* Whether a mail brings an invoice: by what its attachments are, not by what they say. Intake reads them. */
#ifndef INBOUND_ATTACHED_INVOICE_H
#define INBOUND_ATTACHED_INVOICE_H

#include "codec/mime_read.h"

/* An attached XML file whose outermost element is that of an invoice or credit note (UBL, CII, ZUGFeRD 1). */
gboolean attached_invoice_is_xml(const MimeEntity *mail);

/* An attached PDF. */
gboolean attached_invoice_is_pdf(const MimeEntity *mail);

#endif
