"""Programs written by hand for twelve machines, before netlift's were looked at: what a person would sign.

`python benchmarks/readability_machines.py` proves each of them equal to its machine and counts its nodes.
"""

OWN = {
    "car_alarm": """
def program(inputs):
    open_door = locked = alarm = False
    outputs = []
    for x in inputs:
        if x == "d":
            outputs.append("N" if locked or alarm else "A")
            open_door = not open_door
            alarm = False
        else:
            outputs.append("N")
            locked = not locked
            alarm = open_door
    return outputs
""",
    "coffee_mealy": """
def program(inputs):
    paid = False
    outputs = []
    for x in inputs:
        if x == "coin":
            answer = "beep"
            paid = True
        else:
            answer = "coffee" if paid else "init"
            paid = False
        outputs.append(answer)
    return outputs
""",
    "cc2652r1": """
PAIRING_FAILED = "BTLE|BTLE_DATA|L2CAP_Hdr|SM_Failed|SM_Hdr"
PAIRING_RESPONSE = "BTLE|BTLE_DATA|L2CAP_Hdr|SM_Hdr|SM_Pairing_Response"
REPLIES = {
    "feature_req": "BTLE|BTLE_CTRL|BTLE_DATA|LL_FEATURE_RSP",
    "length_req": "BTLE|BTLE_CTRL|BTLE_DATA|LL_LENGTH_RSP",
    "mtu_req": "ATT_Exchange_MTU_Response|ATT_Hdr|BTLE|BTLE_DATA|L2CAP_Hdr",
    "version_req": "BTLE|BTLE_CTRL|BTLE_DATA|LL_VERSION_IND",
}

def program(inputs):
    asked_length = pairing = False
    outputs = []
    for x in inputs:
        answer = "BTLE|BTLE_DATA"
        if x in REPLIES:
            answer = REPLIES[x]
        elif x == "pairing_req":
            answer = PAIRING_FAILED if pairing else PAIRING_RESPONSE
            pairing = not pairing
        elif x == "length_rsp":
            asked_length = False
        elif not asked_length:
            answer = "BTLE|BTLE_CTRL|BTLE_DATA|LL_LENGTH_REQ"
            asked_length = True
        outputs.append(answer)
    return outputs
""",
    "nRF52832": """
MTU_RESPONSE = "ATT_Exchange_MTU_Response|ATT_Hdr|BTLE|BTLE_DATA|L2CAP_Hdr"
MTU_ERROR = "ATT_Error_Response|ATT_Hdr|BTLE|BTLE_DATA|L2CAP_Hdr"
REPLIES = {
    "feature_req": "BTLE|BTLE_CTRL|BTLE_DATA|LL_FEATURE_RSP",
    "feature_rsp": "BTLE|BTLE_CTRL|BTLE_DATA|LL_UNKNOWN_RSP",
    "length_req": "BTLE|BTLE_CTRL|BTLE_DATA|LL_LENGTH_RSP",
    "pairing_req": "BTLE|BTLE_DATA|L2CAP_Hdr|SM_Hdr|SM_Pairing_Response",
}

def program(inputs):
    connected = asked_mtu = asked_version = False
    outputs = []
    for x in inputs:
        answer = "Empty"
        if x == "connection_req":
            answer = "BTLE|BTLE_DATA|L2CAP_Hdr|Raw|SM_Hdr"
            connected = True
            asked_mtu = asked_version = False
        elif x == "scan_req":
            answer = "Adv"
            connected = False
        elif connected:
            if x == "length_rsp":
                answer = "BTLE|BTLE_DATA"
                connected = False
            elif x == "mtu_req":
                answer = MTU_ERROR if asked_mtu else MTU_RESPONSE
                asked_mtu = True
            elif x == "version_req":
                answer = "BTLE|BTLE_DATA" if asked_version else "BTLE|BTLE_CTRL|BTLE_DATA|LL_VERSION_IND"
                asked_version = True
            else:
                answer = REPLIES[x]
        outputs.append(answer)
    return outputs
""",
    "CC2640R2-no-pairing-req": """
LENGTH_REQ = "BTLE|BTLE_CTRL|BTLE_DATA|LL_LENGTH_REQ"
VERSION = "BTLE|BTLE_CTRL|BTLE_DATA|LL_VERSION_IND"
UNKNOWN = "BTLE|BTLE_CTRL|BTLE_DATA|LL_UNKNOWN_RSP"
UNKNOWN_AND_VERSION = "BTLE|BTLE_CTRL|BTLE_DATA|LL_UNKNOWN_RSP|LL_VERSION_IND"
REPLIES = {
    "feature_req": "BTLE|BTLE_CTRL|BTLE_DATA|LL_FEATURE_RSP",
    "length_req": "BTLE|BTLE_CTRL|BTLE_DATA|LL_LENGTH_RSP",
    "mtu_req": "ATT_Exchange_MTU_Response|ATT_Hdr|BTLE|BTLE_DATA|L2CAP_Hdr",
}

def program(inputs):
    connected = length_known = False
    versions = 0
    outputs = []
    for x in inputs:
        answer = "BTLE|BTLE_DATA" if connected else "Empty"
        if x == "connection_req":
            answer = LENGTH_REQ
            connected = True
            length_known = False
            versions = 0
        elif x == "scan_req":
            answer = "Adv"
            connected = False
        elif connected:
            if x in REPLIES:
                answer = REPLIES[x]
            elif x == "version_req":
                if length_known:
                    answer = UNKNOWN if versions else VERSION
                versions = min(versions + 1, 2)
            elif x == "length_rsp" and not length_known:
                if versions:
                    answer = VERSION if versions == 1 else UNKNOWN_AND_VERSION
                length_known = True
        outputs.append(answer)
    return outputs
""",
    "tls_mitls": """
STEPS = {
    ("start", "ClientHelloRSA"): ("hello", "ServerHello & Certificate & ServerHelloDone"),
    ("hello", "ClientKeyExchange"): ("keys", "Empty"),
    ("keys", "ChangeCipherSpec"): ("cipher", "Empty"),
    ("cipher", "Finished"): ("done", "ChangeCipherSpec & Finished"),
    ("done", "ApplicationDataEmpty"): ("done", "Empty"),
    ("done", "ClientHelloRSA"): ("closed", "Alert Fatal (Handshake failure) & ConnectionClosed"),
    ("done", "ApplicationData"): (
        "closed",
        "ApplicationDataApplicationDataApplicationData"
        "ApplicationDataApplicationDataApplicationData & ConnectionClosed",
    ),
}

def program(inputs):
    state = "start"
    outputs = []
    for x in inputs:
        if (state, x) in STEPS:
            state, answer = STEPS[state, x]
        else:
            if state == "closed" or x in ("ApplicationData", "HeartbeatRequest"):
                answer = "ConnectionClosed"
            elif x == "ApplicationDataEmpty":
                answer = (
                    "ConnectionClosed" if state == "cipher"
                    else "Alert Fatal (Illegal parameter) & ConnectionClosed"
                )
            elif x == "ChangeCipherSpec" and state in ("start", "cipher"):
                answer = "ConnectionClosed"
            else:
                answer = "Alert Fatal (Unexpected message) & ConnectionClosed"
            state = "closed"
        outputs.append(answer)
    return outputs
""",
    "tls_nss": """
STEPS = {
    ("start", "ClientHelloRSA"): ("hello", "ServerHello Certificate & CertificateRequest & ServerHelloDone"),
    ("hello", "EmptyCertificate"): ("certificate", "Empty"),
    ("certificate", "ClientKeyExchange"): ("keys", "Empty"),
    ("keys", "ChangeCipherSpec"): ("cipher", "Empty"),
    ("cipher", "Finished"): ("done", "ChangeCipherSpec & Finished"),
    ("done", "ApplicationDataEmpty"): ("done", "Empty"),
}
AT_THE_END = {
    "ApplicationData": "ApplicationData & Alert Warning (Close notify) & ConnectionClosed",
    "ClientHelloRSA": "Alert Fatal (Handshake failure)Alert Warning (No renegotiation)"
    "Alert Warning (Close notify) & ConnectionClosed",
    "HeartbeatRequest": "Alert Warning (Close notify) & ConnectionClosed",
}
UNEXPECTED = "Alert Fatal (Unexpected message)Alert Warning (Close notify) & ConnectionClosed"

def program(inputs):
    state = "start"
    outputs = []
    for x in inputs:
        if (state, x) in STEPS:
            state, answer = STEPS[state, x]
        elif state == "silent":
            answer = "Empty"
        elif state == "done":
            answer = AT_THE_END[x] if x in AT_THE_END else UNEXPECTED
            state = "closed"
        elif state == "start" and x not in ("ClientKeyExchange", "EmptyCertificate", "Finished"):
            answer = "Empty"
            state = "silent"
        else:
            if state == "closed" or x in ("Finished", "HeartbeatRequest"):
                answer = "ConnectionClosed"
            elif x == "ApplicationDataEmpty" and state != "cipher":
                answer = "Empty"
            else:
                answer = "Alert Fatal (Unexpected message) & ConnectionClosed"
            state = "closed"
        outputs.append(answer)
    return outputs
""",
    "mqtt_hbmqtt": """
def program(inputs):
    c1 = c2 = retains = retained = subscribed = False
    outputs = []
    for x in inputs:
        first = "Empty" if c1 else "c1_ConnectionClosed"
        second = "Empty" if c2 else "c2_ConnectionClosed"
        if x in ("ConnectC1WithWill", "ConnectC1WithWillRetain"):
            if not c1:
                first = "c1_ConnAck"
                c1 = True
                retains = x == "ConnectC1WithWillRetain"
        elif x == "ConnectC2":
            if not c2:
                second = "c2_ConnAck"
                c2 = True
        elif x == "DisconnectC1":
            first = "c1_ConnectionClosed"
            c1 = False
        elif x == "DisconnectTCPC1":
            if c1:
                first = "c1_ConnectionClosed"
                c1 = False
                retained = retained or retains
                if subscribed:
                    second = "Pub(c2,my_topic,bye)"
        elif x == "DeleteRetainedC1":
            if c1:
                first = "c1_PubAck"
                retained = False
                if subscribed:
                    second = "Pub(c2,my_topic,)"
        elif c2:
            if x == "SubscribeC2":
                second = "c2_SubAck__Pub(c2,my_topic,bye)" if retained else "c2_SubAck"
                subscribed = True
            elif x == "UnSubScribeC2":
                second = "c2_UnSubAck"
                subscribed = False
            else:
                second = "Pub(c2,my_topic,)__c2_PubAck" if subscribed else "c2_PubAck"
                retained = False
        if subscribed and retained:
            retains = False
        outputs.append(first + "__" + second)
    return outputs
""",
    "mqtt_mosquitto": """
def program(inputs):
    c1 = c2 = retains = retained = subscribed = False
    outputs = []
    for x in inputs:
        first = "Empty" if c1 else "c1_ConnectionClosed"
        second = "Empty" if c2 else "c2_ConnectionClosed"
        if x == "ConnectC2":
            c2 = not c2
            second = "c2_ConnAck" if c2 else "c2_ConnectionClosed"
            subscribed = False
        elif x == "DisconnectC1":
            first = "c1_ConnectionClosed"
            c1 = False
        elif x in ("ConnectC1WithWill", "ConnectC1WithWillRetain", "DisconnectTCPC1"):
            if c1:
                first = "c1_ConnectionClosed"
                c1 = False
                retained = retained or retains
                if subscribed:
                    second = "Pub(c2,my_topic,bye)"
            elif x != "DisconnectTCPC1":
                first = "c1_ConnAck"
                c1 = True
                retains = x == "ConnectC1WithWillRetain"
        elif x == "DeleteRetainedC1":
            if c1:
                first = "c1_PubAck"
                retained = False
                if subscribed:
                    second = "Pub(c2,my_topic,)"
        elif c2:
            if x == "SubscribeC2":
                second = "c2_SubAck__Pub(c2,my_topic,bye)" if retained else "c2_SubAck"
                subscribed = True
            elif x == "UnSubScribeC2":
                second = "c2_UnSubAck"
                subscribed = False
            else:
                second = "Pub(c2,my_topic,)__c2_PubAck" if subscribed else "c2_PubAck"
                retained = False
        outputs.append(first + "__" + second)
    return outputs
""",
    "S4 by swaps, first item": """
def program(inputs):
    first, second, third, fourth = "a", "b", "c", "d"
    outputs = []
    for x in inputs:
        if x == "swap01":
            first, second = second, first
        elif x == "swap12":
            second, third = third, second
        else:
            third, fourth = fourth, third
        outputs.append(first)
    return outputs
""",
    "S4 by cycle and swap, in order": """
def program(inputs):
    first, second, third, fourth = "a", "b", "c", "d"
    outputs = []
    for x in inputs:
        if x == "turn":
            first, second, third, fourth = second, third, fourth, first
        else:
            first, second = second, first
        outputs.append("yes" if first + second + third + fourth == "abcd" else "no")
    return outputs
""",
    "D7, place": """
PLACES = {0: "0", 1: "1", 2: "2", 3: "3", 4: "4", 5: "5", 6: "6"}

def program(inputs):
    place = 0
    step = 1
    outputs = []
    for x in inputs:
        if x == "r":
            place = (place + step) % 7
        else:
            step = -step
        outputs.append(PLACES[place])
    return outputs
""",
}
