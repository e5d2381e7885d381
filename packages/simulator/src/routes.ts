import type { FastifyRequest } from 'fastify';
import type { Answer } from './answer.ts';
import type { Deps } from './deps.ts';
import {
  postApproval,
  postConsent,
  postDeny,
  postEntity,
  postIdentifier,
  postLink,
  postOtherNumber,
  postOtherWay,
  postOtp,
  postOutcome,
  postPin,
  postSignIn,
  postSignUp,
} from './journey/post.ts';
import { showJourney } from './journey/show.ts';
import { authorize } from './oauth/authorize.ts';
import { revoke } from './oauth/revoke.ts';
import { token } from './oauth/token.ts';
import { asset } from './pages/assets.ts';
import { iconPath, stylesheetPath } from './pages/layout.ts';
import { file, xml } from './resources/download.ts';
import { entity, user } from './resources/holder.ts';
import { issued } from './resources/listing.ts';
import { upload, uploadPath } from './resources/upload.ts';
import { uploaded } from './resources/uploads.ts';
import type { Point } from './scenario.ts';

export interface Route {
  method: 'GET' | 'POST';
  path: string;
  point: Point;
  answer: (deps: Deps, request: FastifyRequest) => Answer | Promise<Answer>;
  /** Any type of body, as bytes. Everywhere else only forms are read. */
  takesFiles?: boolean;
}

/** Everything that the simulator answers. */
export function routeTable(): Route[] {
  return [
    { method: 'GET', path: '/public/oauth2/1/authorize', point: 'authorize', answer: authorize },
    { method: 'GET', path: '/public/journey/:id', point: 'journey', answer: showJourney },
    { method: 'POST', path: '/public/journey/:id/sign-in', point: 'sign_in', answer: postSignIn },
    { method: 'POST', path: '/public/journey/:id/sign-up', point: 'sign_up', answer: postSignUp },
    { method: 'POST', path: '/public/journey/:id/link', point: 'link', answer: postLink },
    { method: 'POST', path: '/public/journey/:id/other-way', point: 'other_way', answer: postOtherWay },
    { method: 'POST', path: '/public/journey/:id/other-number', point: 'other_number', answer: postOtherNumber },
    { method: 'POST', path: '/public/journey/:id/otp', point: 'otp', answer: postOtp },
    { method: 'POST', path: '/public/journey/:id/pin', point: 'pin', answer: postPin },
    { method: 'POST', path: '/public/journey/:id/entity', point: 'entity', answer: postEntity },
    { method: 'POST', path: '/public/journey/:id/identifier', point: 'identifier', answer: postIdentifier },
    { method: 'POST', path: '/public/journey/:id/approval', point: 'approval', answer: postApproval },
    { method: 'POST', path: '/public/journey/:id/consent', point: 'consent', answer: postConsent },
    { method: 'POST', path: '/public/journey/:id/deny', point: 'deny', answer: postDeny },
    { method: 'POST', path: '/public/journey/:id/outcome', point: 'outcome', answer: postOutcome },

    { method: 'POST', path: '/public/oauth2/1/token', point: 'token', answer: token },
    { method: 'POST', path: '/public/oauth2/1/revoke', point: 'revoke', answer: revoke },

    { method: 'GET', path: '/public/oauth2/1/user', point: 'user', answer: user },
    { method: 'GET', path: '/public/oauth2/1/entity', point: 'entity_details', answer: entity },
    { method: 'GET', path: '/public/oauth2/2/entity/files/issued', point: 'issued', answer: issued },
    { method: 'GET', path: '/public/oauth2/1/entity/files', point: 'uploaded', answer: uploaded },
    { method: 'GET', path: '/public/oauth2/1/entity/files/:folderId', point: 'uploaded', answer: uploaded },
    { method: 'GET', path: '/public/oauth2/1/entity/file/uri', point: 'file', answer: file },
    { method: 'GET', path: '/public/oauth2/1/entity/file/:uri', point: 'file', answer: file },
    { method: 'GET', path: '/public/oauth2/1/entity/xml/uri', point: 'xml', answer: xml },
    { method: 'GET', path: '/public/oauth2/1/entity/xml/:uri', point: 'xml', answer: xml },
    { method: 'POST', path: uploadPath, point: 'upload', answer: upload, takesFiles: true },

    { method: 'GET', path: stylesheetPath, point: 'asset', answer: asset('simulator.css', 'text/css; charset=utf-8') },
    { method: 'GET', path: iconPath, point: 'asset', answer: asset('simulator.svg', 'image/svg+xml') },
  ];
}
