/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-contact.h"

#include "kad-engine-private.h"

/* From then on the usual duration of an answer moves by this part of itself. */
#define FIRST_ANSWERS 16

static void ring (KadAlarm *alarm, gpointer user_data);

static void
contact_free (gpointer data)
{
  KadContact *contact = data;

  kad_peer_info_unref (contact->info);
  kad_message_unref (contact->message);
  g_free (contact);
}

static void
disown (KadContact *contact)
{
  if (contact->owned != NULL)
    g_queue_unlink (contact->owned, &contact->owned_link);
  contact->owned = NULL;
  contact->func = NULL;
  contact->on_turn = NULL;
  contact->owner = NULL;
}

/* Takes it out of everything; its owner was told or does not want to know. */
static void
drop (KadEngine *engine, KadContact *contact)
{
  KadBookPeer *peer = contact->peer;

  disown (contact);
  kad_alarms_cancel (&engine->alarms, &contact->alarm);
  g_queue_unlink (&peer->contacts, &contact->peer_link);
  g_hash_table_remove (engine->contacts, &contact->request);
  kad_peer_book_settle (engine->book, peer);
}

/* What a peer does not do for us says little about its life when it was asked to
 * store something: a refusal looks the same as a breakdown. */
static gboolean
tells_of_life (const KadContact *contact)
{
  KadMessageType type = kad_message_get_message_type (contact->message);

  return !contact->sent || (type != KAD_MESSAGE_PUT_VALUE && type != KAD_MESSAGE_ADD_PROVIDER);
}

/* A median that is kept without the answers: each moves it a step up or down, so that as many lie
 * above as below. The first ones move it far. */
static void
note_duration (KadEngine *engine, gint64 duration_us)
{
  gint64 divisor = engine->n_timed < FIRST_ANSWERS ? 2 + engine->n_timed : FIRST_ANSWERS;

  if (engine->usual_us == 0)
    engine->usual_us = CLAMP (duration_us, 1, engine->config.request_timeout_us);
  else if (duration_us > engine->usual_us)
    engine->usual_us = MIN (engine->usual_us + engine->usual_us / divisor + 1, duration_us);
  else
    engine->usual_us = MAX (engine->usual_us - engine->usual_us / divisor, MAX (duration_us, 1));
  engine->n_timed = MIN (engine->n_timed + 1, FIRST_ANSWERS);
}

static void
finish (KadEngine *engine, KadContact *contact, KadMessage *reply, const GError *error)
{
  KadContactFunc func = contact->func;
  gpointer owner = contact->owner;
  KadBookPeer *peer = contact->peer;

  /* Whoever is told may start other contacts: this one does not count any more. */
  kad_alarms_cancel (&engine->alarms, &contact->alarm);
  g_hash_table_steal (engine->contacts, &contact->request);
  disown (contact);

  if (contact->sent && (reply != NULL || g_error_matches (error, KAD_ERROR, KAD_ERROR_TIMEOUT)))
    note_duration (engine, engine->now_us - contact->sent_us);
  if (contact->sent)
    peer->slow = engine->now_us >= kad_time_add (contact->sent_us, KAD_LOOKUP_SLOW_US);
  if (reply != NULL && contact->sent && contact->expects_reply)
    peer->rtt_us = engine->now_us - contact->sent_us;
  if (reply != NULL)
    kad_engine_peer_answered (engine, peer, contact->info);
  else if (error != NULL && tells_of_life (contact))
    kad_engine_peer_failed (engine, peer);
  if (func != NULL)
    func (owner, contact, reply, error);

  g_queue_unlink (&peer->contacts, &contact->peer_link);
  contact_free (contact);
  kad_peer_book_settle (engine->book, peer);
}

static void
send (KadEngine *engine, KadContact *contact)
{
  KadOutput output = {
    .type = KAD_OUTPUT_SEND,
    .peer = contact->peer->id,
    .request = contact->request,
    .expects_reply = contact->expects_reply,
    .deadline_us = kad_time_add (engine->now_us, engine->config.request_timeout_us),
    .message = kad_message_ref (contact->message),
  };

  contact->sent = TRUE;
  contact->sent_us = engine->now_us;
  kad_alarms_set (&engine->alarms, &contact->alarm, output.deadline_us, ring);
  kad_outbox_push (&engine->outbox, &output);
}

static void
add_addresses (KadPeerInfo *info, KadPeerInfo *from)
{
  for (guint i = 0; i < kad_peer_info_get_n_addresses (from); i++)
    kad_peer_info_add_address (info, kad_peer_info_get_address (from, i));
}

/* Everything we know of where it may be: what was heard now, then what was known. */
static KadPeerInfo *
gather_addresses (KadEngine *engine, KadPeerInfo *info)
{
  KadPeerInfo *known = kad_engine_find_info (engine, kad_peer_info_get_peer (info));
  KadPeerInfo *all;

  if (known == NULL || known == info || kad_peer_info_get_n_addresses (known) == 0)
    return kad_peer_info_ref (info);
  if (kad_peer_info_get_n_addresses (info) == 0)
    return kad_peer_info_ref (known);

  all = kad_peer_info_new (kad_peer_info_get_peer (info));
  add_addresses (all, info);
  add_addresses (all, known);
  return all;
}

static void
dial (KadEngine *engine, KadContact *contact, KadPeerInfo *addresses)
{
  gint64 deadline_us = kad_time_add (engine->now_us, engine->config.dial_timeout_us);
  KadOutput output = {
    .type = KAD_OUTPUT_DIAL,
    .peer = contact->peer->id,
    .deadline_us = deadline_us,
  };

  kad_alarms_set (&engine->alarms, &contact->alarm, deadline_us, ring);
  if (contact->peer->dialling)
    return;
  contact->peer->dialling = TRUE;
  output.info = kad_peer_info_ref (addresses);
  kad_outbox_push (&engine->outbox, &output);
}

static gboolean
others_wait_for_dial (const KadContact *contact)
{
  for (const GList *l = contact->peer->contacts.head; l != NULL; l = l->next)
    {
      const KadContact *other = l->data;

      if (other != contact && !other->sent)
        return TRUE;
    }
  return FALSE;
}

static void
ring (KadAlarm *alarm, gpointer user_data)
{
  KadContact *contact = (KadContact *) alarm;
  KadEngine *engine = user_data;
  g_autoptr (GError) error = NULL;

  if (contact->sent)
    g_set_error (&error, KAD_ERROR, KAD_ERROR_TIMEOUT, "The peer did not answer within %.3g s",
                 (double) engine->config.request_timeout_us / KAD_USEC_PER_SEC);
  else
    g_set_error (&error, KAD_ERROR, KAD_ERROR_DIAL_FAILED,
                 "The peer could not be connected within %.3g s",
                 (double) engine->config.dial_timeout_us / KAD_USEC_PER_SEC);
  /* Should the network never say how the dial ended, the next contact dials again. */
  if (!contact->sent)
    contact->peer->dialling = others_wait_for_dial (contact);
  finish (engine, contact, NULL, error);
}

/**
 * kad_contact_start: (skip)
 * @engine: an engine
 * @spec: whom to send what, and whom to tell
 * @error: NotFound if the peer is not connected and no address is known
 *
 * Sends a message, over a connection that is there or is dialled first. Nobody
 * is told of an error that this returns.
 *
 * Returns: (transfer none) (nullable): the contact
 */
KadContact *
kad_contact_start (KadEngine *engine, const KadContactSpec *spec, GError **error)
{
  KadBookPeer *peer = kad_peer_book_ensure (engine->book, kad_peer_info_get_peer (spec->info));
  g_autoptr (KadPeerInfo) addresses = NULL;
  KadContact *contact;

  if (!peer->connected)
    addresses = gather_addresses (engine, spec->info);
  if (addresses != NULL && kad_peer_info_get_n_addresses (addresses) == 0)
    {
      g_set_error_literal (error, KAD_ERROR, KAD_ERROR_NOT_FOUND,
                           "No address of the peer is known");
      kad_peer_book_settle (engine->book, peer);
      return NULL;
    }

  contact = g_new0 (KadContact, 1);
  contact->request = engine->next_request++;
  contact->peer = peer;
  contact->info = kad_peer_info_ref (spec->info);
  contact->message = kad_message_ref (spec->message);
  contact->expects_reply = kad_message_get_message_type (spec->message) != KAD_MESSAGE_ADD_PROVIDER;
  contact->func = spec->func;
  contact->on_turn = spec->on_turn;
  contact->owner = spec->owner;
  contact->owned = spec->owned;
  contact->peer_link.data = contact;
  contact->owned_link.data = contact;
  g_queue_push_tail_link (&peer->contacts, &contact->peer_link);
  if (spec->owned != NULL)
    g_queue_push_tail_link (spec->owned, &contact->owned_link);
  g_hash_table_insert (engine->contacts, &contact->request, contact);

  if (peer->connected)
    send (engine, contact);
  else
    dial (engine, contact, addresses);
  return contact;
}

/**
 * kad_contact_abandon: (skip)
 * @engine: an engine
 * @contact: a contact, which may be gone afterwards
 *
 * Its owner is told nothing any more. What was sent stays, because its answer
 * still tells that the peer lives; what was not sent never is.
 */
void
kad_contact_abandon (KadEngine *engine, KadContact *contact)
{
  if (contact->sent)
    {
      disown (contact);
    }
  else
    {
      drop (engine, contact);
      contact_free (contact);
    }
}

/**
 * kad_contact_abandon_all: (skip)
 * @engine: an engine
 * @owned: the contacts of one owner
 */
void
kad_contact_abandon_all (KadEngine *engine, GQueue *owned)
{
  while (owned->head != NULL)
    kad_contact_abandon (engine, owned->head->data);
}

/**
 * kad_contact_free_all: (skip)
 * @engine: an engine that ends
 */
void
kad_contact_free_all (KadEngine *engine)
{
  GHashTableIter iter;
  gpointer contact;

  g_hash_table_iter_init (&iter, engine->contacts);
  while (g_hash_table_iter_next (&iter, NULL, &contact))
    {
      g_hash_table_iter_steal (&iter);
      contact_free (contact);
    }
  g_hash_table_unref (engine->contacts);
}

/* Contacts of a peer that were or were not sent, by request, because telling
 * one's owner may end others. */
static GArray *
list_requests (KadBookPeer *peer, gboolean sent)
{
  GArray *requests = g_array_new (FALSE, FALSE, sizeof (guint64));

  for (GList *l = peer->contacts.head; l != NULL; l = l->next)
    {
      KadContact *contact = l->data;

      if (contact->sent == sent)
        g_array_append_val (requests, contact->request);
    }
  return requests;
}

static void
tell_turn (const KadContact *contact)
{
  if (contact->on_turn != NULL)
    contact->on_turn (contact->owner, contact);
}

void
kad_contact_peer_connected (KadEngine *engine, KadBookPeer *peer)
{
  for (GList *l = peer->contacts.head; l != NULL; l = l->next)
    {
      KadContact *contact = l->data;

      if (contact->sent)
        continue;
      send (engine, contact);
      tell_turn (contact);
    }
}

/* A connection or stream may end for reasons that have nothing to do with the
 * request, such as having been idle: what was under way is tried once more, as
 * go-libp2p-kad-dht does. With another number, because the network may still say
 * how the first one ended. */
static gboolean
retry (KadEngine *engine, KadContact *contact)
{
  g_autoptr (KadPeerInfo) addresses = gather_addresses (engine, contact->info);
  gboolean connected = contact->peer->connected;

  if (contact->retried || contact->func == NULL
      || (!connected && kad_peer_info_get_n_addresses (addresses) == 0))
    return FALSE;
  g_hash_table_steal (engine->contacts, &contact->request);
  contact->request = engine->next_request++;
  g_hash_table_insert (engine->contacts, &contact->request, contact);
  contact->retried = TRUE;
  contact->sent = FALSE;
  if (connected)
    send (engine, contact);
  else
    dial (engine, contact, addresses);
  tell_turn (contact);
  return TRUE;
}

void
kad_contact_peer_disconnected (KadEngine *engine, KadBookPeer *peer)
{
  g_autoptr (GError) error = g_error_new_literal (KAD_ERROR, KAD_ERROR_CLOSED,
                                                  "The connection ended before the peer answered");
  g_autoptr (GArray) requests = list_requests (peer, TRUE);

  for (guint i = 0; i < requests->len; i++)
    {
      KadContact *contact
          = g_hash_table_lookup (engine->contacts, &g_array_index (requests, guint64, i));

      if (contact != NULL && !retry (engine, contact))
        finish (engine, contact, NULL, error);
    }
}

void
kad_contact_dial_failed (KadEngine *engine, KadBookPeer *peer, const GError *error)
{
  g_autoptr (GArray) requests = list_requests (peer, FALSE);

  for (guint i = 0; i < requests->len; i++)
    {
      KadContact *contact
          = g_hash_table_lookup (engine->contacts, &g_array_index (requests, guint64, i));

      if (contact != NULL)
        finish (engine, contact, NULL, error);
    }
}

static gboolean
check_reply (const KadContact *contact, KadMessage *reply, GError **error)
{
  KadMessageType asked = kad_message_get_message_type (contact->message);
  KadMessageType answered = kad_message_get_message_type (reply);

  if (asked == answered)
    return TRUE;
  g_set_error (error, KAD_ERROR, KAD_ERROR_PROTOCOL, "The peer answered %s with %s",
               kad_message_type_get_name (asked), kad_message_type_get_name (answered));
  return FALSE;
}

void
kad_contact_reply_received (KadEngine *engine, guint64 request, KadMessage *reply)
{
  KadContact *contact = g_hash_table_lookup (engine->contacts, &request);
  g_autoptr (GError) error = NULL;

  if (contact == NULL || !contact->sent || !contact->expects_reply)
    return;
  if (check_reply (contact, reply, &error))
    finish (engine, contact, reply, NULL);
  else
    finish (engine, contact, NULL, error);
}

void
kad_contact_request_sent (KadEngine *engine, guint64 request)
{
  KadContact *contact = g_hash_table_lookup (engine->contacts, &request);

  if (contact != NULL && contact->sent && !contact->expects_reply)
    finish (engine, contact, NULL, NULL);
}

void
kad_contact_request_failed (KadEngine *engine, guint64 request, const GError *error)
{
  KadContact *contact = g_hash_table_lookup (engine->contacts, &request);

  if (contact == NULL || !contact->sent)
    return;
  /* A refusal to store looks the same: that is not repeated. */
  if (tells_of_life (contact) && g_error_matches (error, KAD_ERROR, KAD_ERROR_CLOSED)
      && retry (engine, contact))
    return;
  finish (engine, contact, NULL, error);
}
