/* A notice taken apart: what the mail server says, and what it sends back of our mail. */
#ifndef INBOUND_RETURNED_H
#define INBOUND_RETURNED_H

#include "codec/mime_read.h"

typedef struct {
	char *notice;          /* the text before the returned mail, of all text parts; never NULL */
	char *message_id;      /* of the returned mail; NULL */
	GPtrArray *recipients; /* of char *: To, Cc and the like of the returned mail */
	GPtrArray *senders;    /* of char *: From, Return-Path and the like of it */
	char *addressee;       /* to whom the returned mail was handed over: named in its newest Received, else its only recipient where no list sent it; NULL */
	gboolean there;        /* whether something of a mail came back */
} Returned;

/* Looks for the returned mail in a message/rfc822 or text/rfc822-headers part, or in the text, where a header with its usual fields begins. */
Returned *returned_read(const MimeEntity *mail);
void returned_free(Returned *returned);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Returned, returned_free)

/* The first Message-ID in the text, with its brackets; NULL. Owned by the caller. */
char *message_id_find(const char *text);

#endif
