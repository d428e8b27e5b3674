# One image for every process: worker, API, migrations, simulator. The command says which.

FROM node:24-bookworm-slim AS workspace
WORKDIR /assay
ENV CI=true
# TypeScript sources must not lie below node_modules, where Node does not strip types: the workspace is copied as it is.
COPY . .

FROM workspace AS dashboard
RUN npx -y pnpm@12 install --frozen-lockfile
RUN cd web && node node_modules/vite/bin/vite.js build

FROM workspace
RUN npx -y pnpm@12 install --frozen-lockfile --prod --ignore-scripts && npm cache clean --force
COPY --from=dashboard /assay/web/build web/build
ENV NODE_ENV=production ASSAY_DATA_DIR=/data
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 4400
CMD ["node", "api/src/server.ts"]
