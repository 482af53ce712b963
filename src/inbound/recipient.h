/* One recipient of a bounce, put together from what is found of it. */
#ifndef INBOUND_RECIPIENT_H
#define INBOUND_RECIPIENT_H

#include "inbound/received.h"

/* Takes over `address`; everything else empty, action failed. */
ReceivedRecipient *recipient_new(char *address);
void recipient_free(ReceivedRecipient *recipient);

/* Settles `permanent`, `judged` and `meaning` from the action, the status (NULL: it is taken from the text, a code before words) and the text that says why,
 * and keeps the text's beginning as the diagnostic. Gives `judged`. */
gboolean recipient_judge(ReceivedRecipient *recipient, const char *text);

/* Adds it to the mail's recipients, unless its address is there already or they are too many; takes it over. */
void recipient_add(Received *received, ReceivedRecipient *recipient);

#endif
