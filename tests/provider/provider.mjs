// An OpenID Connect provider on loopback: node provider.mjs PORT KEYS CALLBACK
// KEYS names this run's signing keys, so that a second run on the same port is a rotation. Prints "ready" when it answers.
import { randomBytes, generateKeyPairSync } from "node:crypto";
import { Provider } from "oidc-provider";

const [port, keys, callback] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;


const key = (kind, options, alg) => ({
  ...generateKeyPairSync(kind, options).privateKey.export({ format: "jwk" }),
  kid: `${keys}-${alg}`,
  use: "sig",
  alg,
});
const jwks = {
  keys: [
    key("rsa", { modulusLength: 2048 }, "RS256"),
    key("ec", { namedCurve: "P-256" }, "ES256"),
    key("ed25519", {}, "EdDSA"),
  ],
};

const roles = ["analyst", "decision_maker", "contributor", "exchange_officer", "auditor", "stranger"];
const claimsOf = (id) => ({ name: `Made-up ${id}`, hub_role: [id], agency: "council", authorities: ["northmere"] });
// One client a role, so that a test gets a token of that role by client credentials.
const worker = (role, alg) => ({
  client_id: `${role}-${alg}`,
  client_secret: "not-a-secret",
  grant_types: ["client_credentials"],
  redirect_uris: [],
  response_types: [],
});

const provider = new Provider(issuer, {
  jwks,
  clients: [
    ...roles.flatMap((role) => ["RS256", "ES256", "EdDSA"].map((alg) => worker(role, alg))),
    {
      client_id: "console",
      client_secret: "not-a-secret",
      redirect_uris: [callback],
      grant_types: ["authorization_code"],
      post_logout_redirect_uris: [new URL("/sign-in", callback).href],
      backchannel_logout_uri: new URL("/sign-in/ended", callback).href,
    },
  ],
  cookies: { keys: [randomBytes(24).toString("hex")] },
  claims: { openid: ["sub"], profile: ["name", "hub_role", "agency", "authorities"] },
  conformIdTokenClaims: false,
  // Its own dispatcher calls no loopback address, and these tests live on one.
  fetch: (url, { dispatcher, ...options }) => globalThis.fetch(url, options),
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...claimsOf(id) }) }),
  extraTokenClaims: (_, token) => {
    const [role, alg] = token.clientId.split("-");
    return { ...claimsOf(role), alg };
  },
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  // Every client may have what it asks for: consent is not what these tests are about.
  loadExistingGrant: async (context) => {
    const grant = new provider.Grant({ clientId: context.oidc.client.clientId, accountId: context.oidc.session.accountId });
    grant.addOIDCScope("openid profile");
    await grant.save();
    return grant;
  },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    backchannelLogout: { enabled: true },
    // The page that asks for a second click is left out: it asks itself.
    rpInitiatedLogout: {
      enabled: true,
      logoutSource: (context, form) => { context.body = `${form}<input name="logout" value="yes">`; },
      postLogoutSuccessSource: (context) => { context.body = "out"; },
    },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => undefined,
      useGrantedResource: () => true,
      getResourceServerInfo: (context, resource, client) => ({
        scope: "",
        audience: resource,
        accessTokenTTL: 600,
        accessTokenFormat: "jwt",
        jwt: { sign: { alg: client.clientId.split("-")[1] ?? "RS256" } },
      }),
    },
  },
});

// Whoever signs in is the analyst; there is no password in a test.
provider.use(async (context, next) => {
  if (!context.path.startsWith("/interaction/")) return next();
  await provider.interactionFinished(context.req, context.res, { login: { accountId: "analyst" } });
  context.respond = false;
});

const server = provider.listen(Number(port), "127.0.0.1", () => console.log("ready"));
process.on("SIGTERM", () => server.close(() => process.exit(0)));
