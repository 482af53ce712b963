/* The one place that judges how a delivery went: by the phase it ended in and the server's code. Pure. */
#ifndef MAIL_OUTCOME_H
#define MAIL_OUTCOME_H

#include "mail/deliver.h"
#include "net/hook.h"
#include "net/transfer.h"

/* Fills *delivery; takes over the reply's text.
 *
 * ended in                     reply           judged
 * any                          2xx at the end  accepted
 * after the final dot          none            uncertain, server down
 * CONNECT, SENDER              any             deferred, server down: nothing of it is about this message
 * RECIPIENT … BODY             none            deferred, server down
 * RECIPIENT … DONE             421, 530, 53x   deferred, server down: closing; our log-in
 * RECIPIENT … DONE             5xx with 5.7.x  deferred: policy or permission, so our configuration, not the address
 * RECIPIENT … DONE             other 4xx       deferred
 * RECIPIENT … DONE             other 5xx       refused; after RECIPIENT a reply without an enhanced code gets REFUSAL_OF_CONTENT (domain/sighting.h) */
void outcome_judge(SmtpResult *result, Delivery *delivery);

/* The same of a call of a channel; `server_down` is the channel's.
 *
 * answer                       judged
 * 2xx                          accepted
 * none, nothing was sent       deferred, server down
 * none, something was sent     uncertain, server down
 * 408, 425, 429, 5xx           deferred, server down, for as long as it asks
 * 3xx, 401, 403, 407           deferred, server down: our address or log-in
 * any other                    refused: this call, not the person's address */
void outcome_judge_call(HookAnswer *answer, Delivery *delivery);

#endif
