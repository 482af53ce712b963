/* The readable original of an invoice: what a person would read, out of the file that came in.
 *
 * A PDF file is that itself. Of XML it is the PDF among its additional documents (BG-24; of UBL cac:Attachment/cbc:EmbeddedDocumentBinaryObject, of CII
 * ram:AttachmentBinaryObject): the one that says it is the invoice, by its type code, or by the invoice's number or the word for it in its id, description or file name; else the first. Nothing that the
 * document says of itself decides but what is in it: a PDF begins as one. */
#ifndef INTAKE_ORIGINAL_H
#define INTAKE_ORIGINAL_H

#include <glib.h>

typedef enum {
	ORIGINAL_NONE,    /* there is none */
	ORIGINAL_PDF,
	ORIGINAL_TOO_BIG, /* there is one, of more bytes than were asked for */
	ORIGINAL_BROKEN,  /* what is given as one cannot be decoded, or is none */
} OriginalState;

/* `number`: the invoice's; NULL. *pdf (owned by the caller) is set where it is ORIGINAL_PDF: at most `most` bytes. Memory beside it: two times `most`. Of what is not
 * well-formed counts what came before. */
OriginalState original_read(GBytes *file, const char *number, gsize most, GBytes **pdf);

#endif
