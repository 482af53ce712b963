/* Whom a notice in plain words names, by where their addresses stand in it. */
#ifndef INBOUND_BOUNCE_ADDRESS_H
#define INBOUND_BOUNCE_ADDRESS_H

#include "inbound/received.h"
#include "inbound/returned.h"

/* Where in its line an address stands, best first. Only addresses in the best place that occurs are taken. */
typedef enum {
	PLACE_FIRST,      /* the line begins with it, but for bullets and brackets */
	PLACE_AFTER_WORDS, /* words lead to it: "could not be delivered to:" */
	PLACE_REPLY,      /* it follows a reply code: "550 5.1.1 <jo@example.nl>... User unknown" */
	PLACE_COMMAND,    /* it stands in a command: "RCPT TO:<jo@example.nl>" */
	PLACE_NONE,
} BouncePlace;

typedef struct {
	BouncePlace place;
	gboolean ours;          /* an address of the sender or of the server: only where no other is found */
	char *address, *origin; /* origin: what it was made from ("generated from"); NULL */
	const char *start, *end;      /* of what is said of it: from its line on */
} BounceAddress;

/* Of BounceAddress, in the notice's order: those in the best place that occurs. `addressed`: it is known for whom the mail was. Owned by the caller; start and end point into the notice. */
GPtrArray *bounce_addresses_find(const Received *received, const Returned *returned, gboolean addressed);

#endif
